"""Everything that can go wrong with a name; each message is one sentence for a person.

The C++ engine throws the same names, and its bindings raise these very classes.
"""

from __future__ import annotations


class PerhapsError(Exception):
    """The root: what failed, with which value, and what to do."""


class ModelError(PerhapsError):
    """A model file that cannot be read or run."""


class PairError(PerhapsError):
    """A model and a projector that do not belong together."""


class ImageError(PerhapsError):
    """A picture that cannot be read, or that this model cannot look at."""


class RequestError(PerhapsError):
    """A request with a value out of range."""


class TemplateError(PerhapsError):
    """A chat template that cannot be rendered."""


class ContextFullError(PerhapsError):
    """A conversation that does not fit into the context of the model."""


class ComputeError(PerhapsError):
    """A computation that the device could not carry out."""


class DeviceError(PerhapsError):
    """A device that has too little memory, or that was lost; the CPU may still do."""


class LoadCancelledError(PerhapsError):
    """A loading that was stopped before it ended."""


class StoppedError(PerhapsError):
    """Work that was stopped before it had a result."""


class EngineLostError(PerhapsError):
    """An engine host that died, hung or had to be ended."""


class ArchiveError(PerhapsError):
    """Chats that cannot be kept, read or exchanged."""


class TraceError(PerhapsError):
    """A token trace that cannot be read, or that another model wrote."""


_KINDS: list[type[PerhapsError]] = [PerhapsError, *PerhapsError.__subclasses__()]

BY_NAME = {kind.__name__: kind for kind in _KINDS}
