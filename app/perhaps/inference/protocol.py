"""The contract between whoever asks and whatever computes.

Plain frozen data and two protocols. The C++ structs of the same names are
documented in `engine/include/perhaps/types.hpp`; both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from perhaps.imaging.pixels import ImagePixels
from perhaps.inference.answer_facts import (
    AnswerScore,
    FinishReason,
    RunEvent,
    RunFinished,
    RunProgress,
    RunStage,
    Statistics,
    TileScore,
    Timings,
    TokenCandidate,
    TokenStep,
    Usage,
)
from perhaps.inference.model_facts import (
    DeviceInfo,
    DevicePlacement,
    DeviceShare,
    LoadOptions,
    LoadProgress,
    LoadStage,
    MemoryUse,
    ModelInfo,
    ModelPair,
    Placement,
    PlacementReason,
)
from perhaps.library.report import PairReport
from perhaps.probability.evidence import Tile
from perhaps.prompting.messages import ImagePart, Message, TextPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "AnswerScore",
    "Covering",
    "DeviceInfo",
    "DevicePlacement",
    "DeviceShare",
    "Engine",
    "Failure",
    "FinishReason",
    "ImagePart",
    "ImagePixels",
    "LoadOptions",
    "LoadProgress",
    "LoadStage",
    "MemoryUse",
    "Message",
    "ModelInfo",
    "ModelPair",
    "PairReport",
    "Picture",
    "PictureCost",
    "Placement",
    "PlacementReason",
    "Request",
    "Run",
    "RunEvent",
    "RunFinished",
    "RunProgress",
    "RunStage",
    "SamplingOptions",
    "Scoring",
    "Statistics",
    "TextPart",
    "Tile",
    "TileScore",
    "Timings",
    "TokenCandidate",
    "TokenStep",
    "Usage",
]

MAX_TOP_LOGPROBS = 64
MAX_COUNT = 2**31 - 1
"""Of tokens; native code counts them in 32 bits."""


@dataclass(frozen=True)
class Failure:
    """An error on its way to the screen."""

    kind: str
    """The name in `perhaps.errors`."""
    message: str
    """One sentence: what failed, with which value, and what to do."""


# ---------------------------------------------------------------- asking


@dataclass(frozen=True)
class SamplingOptions:
    """How a token is chosen; temperature 0 takes the most likely one."""

    temperature: float = 0.2
    top_k: int = 40
    """0 for the whole vocabulary."""
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    """1 for none."""
    repeat_last: int = 64
    """Tokens that the penalty looks back."""


@dataclass(frozen=True)
class Request:
    """Everything that an answer depends on."""

    messages: tuple[Message, ...]
    max_tokens: int = 512
    """Never unlimited; at least 1."""
    sampling: SamplingOptions = field(default_factory=SamplingOptions)
    stop: tuple[str, ...] = ()
    """The answer ends before the first of these."""
    top_logprobs: int = 20
    """Candidates of each step, at most 64; 0 computes no probability at all."""
    seed: int | None = None
    """None for a new one each time; `RunFinished` tells which."""
    prepare_only: bool = False
    """Read up to the last picture and write nothing, so that a later question about it waits
    for its own words only. Gives way to requests about other pictures."""
    kept_tokens: tuple[int, ...] = ()
    """The answer begins with these: they are read like the prompt, and no step tells of them."""
    forced_tokens: tuple[int, ...] = ()
    """Then it has these, measured like any other; then come those that are drawn."""
    forced_text: str = ""
    """Likewise, after `forced_tokens`."""
    transient: bool = False
    """Neither what its pictures were encoded to nor its prefix is kept for later requests."""


@dataclass(frozen=True)
class PictureCost:
    """What a picture takes of the loaded model."""

    tokens: int
    """Cells of the context."""
    tiles: int
    """Pieces that are encoded one by one; 1 where the whole picture is one."""


@dataclass(frozen=True)
class Picture:
    """A picture as the engine will get it; no cost where the model cannot see."""

    image: ImagePixels
    cost: PictureCost | None


# ---------------------------------------------------------------- computing


class Run(Protocol):
    """One answer on its way."""

    def __iter__(self) -> Iterator[RunEvent]:
        """Yield events as they come; the last one is a `RunFinished`."""

    def in_batches(self, pause: float) -> Iterator[tuple[RunEvent, ...]]:
        """Yield the same events as often as they are worth showing.

        What is nothing but further tokens comes `pause` seconds apart at least; each awakening
        takes time from the threads that compute.
        """

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""


class Scoring(Protocol):
    """Scores on their way."""

    def __iter__(self) -> Iterator[AnswerScore]:
        """Yield them in the order of the answers.

        Raises StoppedError once it was stopped, and what made the computation fail.
        """

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""


class Covering(Protocol):
    """Scores of one answer on their way, each with another tile of a picture covered."""

    def __iter__(self) -> Iterator[TileScore]:
        """Yield them in the order of the tiles; raises as `Scoring` does."""

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""


class Engine(Protocol):
    """What computes: in this process, in a child, or scripted by a test."""

    def check(self, pair: ModelPair, options: LoadOptions) -> PairReport:
        """Judge a pair by its files' metadata, before any native code reads them."""

    def load(
        self,
        pair: ModelPair,
        options: LoadOptions,
        on_progress: Callable[[LoadProgress], None],
    ) -> ModelInfo:
        """Load a pair in place of the present one.

        Raises ModelError, PairError, or LoadCancelledError.
        """

    def cancel_load(self) -> None:
        """Stop a loading that another thread waits for."""

    def unload(self) -> None:
        """Give back what the model holds."""

    def read_picture(self, source: str | bytes) -> Picture:
        """Decode and prepare a picture from a path or its bytes.

        Raises ImageError.
        """

    def generate(self, request: Request) -> Run:
        """Begin an answer.

        Raises RequestError, ImageError, TemplateError or ContextFullError for
        what can be known before computing.
        """

    def score(self, request: Request, answers: tuple[str, ...]) -> Scoring:
        """Begin to tell how likely each answer is, all of them after the same prompt.

        Raises as `generate` does, and RequestError for answers that cannot be scored.
        """

    def statistics(self) -> Statistics:
        """Tell what was computed, and what was known already, since the loading.

        Raises ModelError where nothing is loaded.
        """

    def cover(self, request: Request, picture: str, tiles: tuple[Tile | None, ...]) -> Covering:
        """Begin to tell what covering each tile does to the answer that a request is forced to.

        `picture` is the key of a picture of the request; None among the tiles leaves it whole.
        Raises as `generate` does, and RequestError where there is no such picture or answer.
        """

    def devices(self) -> tuple[DeviceInfo, ...]:
        """List the devices of this machine."""
