"""What comes of a request: tokens with their probabilities, and how an answer ended."""

from __future__ import annotations

import builtins  # noqa: TC003 - msgspec reads annotations
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from msgspec import Struct

from perhaps.probability.evidence import Tile


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
