"""What the engine host tells the window."""

from collections.abc import Sequence

from msgspec import Struct

from perhaps.inference.pipe.pixel_block import PixelBlock, unpack_pixels
from perhaps.inference.protocol import (
    AnswerScore,
    DeviceInfo,
    Failure,
    LoadProgress,
    ModelInfo,
    PairReport,
    Picture,
    PictureCost,
    RunEvent,
    RunFinished,
    RunProgress,
    Statistics,
    TileScore,
    TokenStep,
)


class Event(Struct, frozen=True, tag=True):
    """What the host tells."""


class HostReady(Event, frozen=True, tag=True):
    """The host has started and listens."""


class LoadAdvanced(Event, frozen=True, tag=True):
    """A loading goes on."""

    load_id: int
    progress: LoadProgress


class Loaded(Event, frozen=True, tag=True):
    """A loading ended well."""

    load_id: int
    info: ModelInfo


class LoadFailed(Event, frozen=True, tag=True):
    """A loading ended without a model."""

    load_id: int
    failure: Failure


class Unloaded(Event, frozen=True, tag=True):
    """No model is held any more."""


class PairChecked(Event, frozen=True, tag=True):
    """A pair was judged."""

    check_id: int
    report: PairReport


class CheckFailed(Event, frozen=True, tag=True):
    """A pair could not be judged."""

    check_id: int
    failure: Failure


class PictureRead(Event, frozen=True, tag=True):
    """A picture is prepared, and kept by the host."""

    ticket: int
    block: PixelBlock
    cost: PictureCost | None

    def picture(self) -> Picture:
        """The picture as the window knows it."""
        return Picture(unpack_pixels(self.block), self.cost)


class PictureRefused(Event, frozen=True, tag=True):
    """A picture cannot be used."""

    ticket: int
    failure: Failure


class PicturesMissing(Event, frozen=True, tag=True):
    """A request named pictures that the host no longer holds; give them and ask again."""

    run_id: int
    keys: tuple[str, ...]


class Progressed(Struct, frozen=True, tag=True):
    """Progress of a run."""

    event: RunProgress


class Stepped(Struct, frozen=True, tag=True):
    """A token of a run."""

    event: TokenStep


class Finished(Struct, frozen=True, tag=True):
    """The end of a run."""

    event: RunFinished


class RunAdvanced(Event, frozen=True, tag=True):
    """Events of one run, in order."""

    run_id: int
    steps: tuple[Progressed | Stepped | Finished, ...]

    def events(self) -> tuple[RunEvent, ...]:
        """The events as the contract knows them."""
        return tuple(step.event for step in self.steps)


class StatisticsTold(Event, frozen=True, tag=True):
    """What the engine does, a few times a second while it answers."""

    statistics: Statistics


class Scored(Event, frozen=True, tag=True):
    """Given answers were scored, in their order."""

    run_id: int
    scores: tuple[AnswerScore, ...]


class TileScored(Event, frozen=True, tag=True):
    """A tile was covered and the answer scored."""

    run_id: int
    score: TileScore
    last: bool


class ScoreFailed(Event, frozen=True, tag=True):
    """A scoring of answers or tiles cannot be, or no longer shall be."""

    run_id: int
    failure: Failure


class DevicesListed(Event, frozen=True, tag=True):
    """The devices of this machine."""

    devices: tuple[DeviceInfo, ...]


class Pong(Event, frozen=True, tag=True):
    """A sign of life."""


AnyEvent = (
    HostReady
    | LoadAdvanced
    | Loaded
    | LoadFailed
    | Unloaded
    | PairChecked
    | CheckFailed
    | PictureRead
    | PictureRefused
    | PicturesMissing
    | RunAdvanced
    | StatisticsTold
    | Scored
    | TileScored
    | ScoreFailed
    | DevicesListed
    | Pong
)


Errand = PairChecked | CheckFailed | PictureRead | PictureRefused | DevicesListed
"""Replies to short questions."""


def pack_events(run_id: int, events: Sequence[RunEvent]) -> RunAdvanced:
    """Write events of a run."""
    return RunAdvanced(run_id, tuple(_pack_event(event) for event in events))


def _pack_event(event: RunEvent) -> Progressed | Stepped | Finished:
    match event:
        case TokenStep():
            return Stepped(event)
        case RunProgress():
            return Progressed(event)
        case RunFinished():
            return Finished(event)
