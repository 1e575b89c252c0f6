"""The contract between whoever asks and whatever computes.

Plain frozen data and two protocols. The C++ structs of the same names are
documented in `engine/include/perhaps/types.hpp`; both say the same.
"""

from __future__ import annotations

import builtins  # noqa: TC003 - msgspec reads annotations
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from perhaps.imaging.pixels import ImagePixels
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


# ---------------------------------------------------------------- answering


class RunStage(Enum):
    """What a run is busy with, in order."""

    queued = "queued"
    encode = "encode"
    image_prefill = "image_prefill"
    text_prefill = "text_prefill"
    decode = "decode"


@dataclass(frozen=True)
class RunProgress:
    """How far the way to the first token has come."""

    stage: RunStage
    index: int
    """Of the picture (or its tile) in `encode` and `image_prefill`, from 1."""
    count: int
    fraction: float
    """Of the prompt that is read, 0 to 1."""


class TokenCandidate(Struct, frozen=True, array_like=True):
    """A token that could have come; a struct, as twenty of them are made for each token."""

    id: int
    bytes: builtins.bytes  # alone, the name would be that of this very field
    logprob: float
    """Nats, raw: softmax of the logits at temperature 1, before any sampler."""
    sampled_probability: float
    """After the sampler chain; 0 where a sampler removed it."""


@dataclass(frozen=True)
class TokenStep:
    """One generated token; all measures are of the raw distribution.

    The measures are None and the candidates empty where the request asked for
    `top_logprobs` 0.
    """

    id: int
    bytes: bytes
    text: str
    """What became complete UTF-8 with this token and cannot begin a stop string."""
    logprob: float | None
    """Nats."""
    rank: int | None
    """1 for the most likely token."""
    entropy: float | None
    """Nats."""
    candidates: tuple[TokenCandidate, ...]
    """Most likely first; the chosen token is always among them."""
    rest: float | None
    """Probability of all tokens that are not candidates."""
    elapsed_us: int
    """Since the step before; of the first step, since the prefill ended."""
    forced: bool = False
    """Given by the request, not drawn."""


class FinishReason(StrEnum):
    """Why an answer ended; whatever was written stays."""

    eos = "eos"
    length = "length"
    context_full = "context_full"
    stop = "stop"
    cancelled = "cancelled"
    failed = "failed"
    prepared = "prepared"
    """Of a request that only prepares."""


@dataclass(frozen=True)
class Timings:
    """Milliseconds of each stage; 0 where a stage was not needed."""

    load: float = 0.0
    image_decode: float = 0.0
    image_encode: float = 0.0
    image_prefill: float = 0.0
    text_prefill: float = 0.0
    first_token: float = 0.0
    """From asking to the first token."""
    generate: float = 0.0
    """From the first token to the last."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one run."""

    prompt_tokens: int = 0
    """All of the prompt, pictures included."""
    image_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt, those found in the KV cache."""
    generated_tokens: int = 0


@dataclass(frozen=True)
class RunFinished:
    """The last event of every run."""

    reason: FinishReason
    text: str = ""
    """The end of the answer that was held back."""
    error: str = ""
    """A sentence where the reason is `failed`."""
    error_kind: str = ""
    """The name in `perhaps.errors`."""
    stopped_in: RunStage | None = None
    """Where a cancelled run was."""
    timings: Timings = field(default_factory=Timings)
    usage: Usage = field(default_factory=Usage)
    seed: int = 0


@dataclass(frozen=True)
class Statistics:
    """What the compute thread did since the model was loaded."""

    pictures_encoded: int
    """Tiles count one by one."""
    pictures_known: int
    """Whose embeddings were kept."""
    pictures_on_disk: int
    """Of the known ones, those kept on disk by an earlier run."""
    batches: int
    batch_tokens: int
    """Of all batches."""
    prompt_tokens: int
    cached_tokens: int
    """Of the prompts, those found in the KV cache."""
    generated_tokens: int
    encode_ms: float
    image_prefill_ms: float
    batch_ms: float
    """Of all token batches."""
    embedding_bytes: int
    """In memory now."""
    parked_bytes: int
    """Of kept prefixes, beside the KV cache."""
    held_tokens: int
    """For answers and kept prefixes, in the KV cache and beside it; shared ones count for each."""
    answers: int
    """Being computed now."""
    waiting: int
    """Now, for a sequence or for a prefix that another answer reads."""
    disk_problem: str
    """A sentence where embeddings cannot be kept on disk."""


RunEvent = RunProgress | TokenStep | RunFinished


@dataclass(frozen=True)
class AnswerScore:
    """How likely a given answer is after a prompt."""

    text: str
    logprob: float
    """Nats: the sum over its tokens, raw."""
    tokens: tuple[TokenStep, ...]


@dataclass(frozen=True)
class TileScore:
    """How likely a given answer is while a tile of a picture is covered."""

    tile: Tile | None
    """None where the picture was left whole."""
    logprobs: tuple[float, ...]
    """Nats, raw, of the tokens of the answer."""


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
