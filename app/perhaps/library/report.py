"""What the pair doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileFacts:
    """One GGUF file by its metadata; names come from the file and are not trusted."""

    path: str
    role: str
    """`language`, `projector`, or `other`."""
    name: str
    architecture: str
    size_bytes: int
    """Of the file."""
    embedding_width: int
    """Of the language model's input, or of the projector's output; 0 if unknown."""
    context_length: int
    """Tokens the model was trained with; 0 for a projector."""
    projector_type: str
    """Such as `mlp`; empty for a language model."""


@dataclass(frozen=True)
class PairReport:
    """Whether two files belong together, will fit, and where."""

    ok: bool
    summary: str
    """One sentence for a person."""
    problems: tuple[str, ...]
    """A sentence each: what is wrong, with which value, and what to do."""
    notes: tuple[str, ...]
    """A sentence each: worth knowing, but no hindrance."""
    model: FileFacts | None
    projector: FileFacts | None
    memory_needed: int
    """Bytes: weights, KV cache at the asked context, compute buffers; estimated."""
    memory_free: int
    """Bytes free on the device that was asked for."""
    device: str
    """Where it would run."""
