"""The JSON of an answer: what it was, how it was made, and every token of it.

`resources/export/answer.schema.json` is the schema; fields are only ever added. A
reader refuses a `version` that it does not know.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from perhaps.errors import TraceError
from perhaps.probability.measures import mean_logprob, perplexity
from perhaps.probability.trace import Origin, TokenTrace, TracedModel

FORMAT: Literal["perhaps-answer"] = "perhaps-answer"
VERSION = 1

T = TypeVar("T")

Byte = Annotated[int, Meta(ge=0, le=255)]
Logprob = Annotated[float, Meta(ge=-1e6, le=1e-3, description="Nats, raw.")]
Share = Annotated[float, Meta(ge=0.0, le=1.001)]
Nats = Annotated[float, Meta(ge=0.0, le=1e3)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
TokenId = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class OriginName(StrEnum):
    """How a token came into the answer; see `probability.trace.Origin`."""

    drawn = "drawn"
    kept = "kept"
    forced = "forced"


class ExportedCandidate(Struct, frozen=True):
    """A token that could have come."""

    id: TokenId
    text: str
    data: Annotated[tuple[Byte, ...], Meta(max_length=4096)] = msgspec.field(name="bytes")
    logprob: Logprob
    sampled_probability: Share

    @property
    def bytes(self) -> bytes:
        """What it stands for."""
        return bytes(self.data)


class ExportedToken(Struct, frozen=True):
    """A token of the answer; measures are null where it was not measured."""

    id: TokenId
    text: str
    data: Annotated[tuple[Byte, ...], Meta(max_length=4096)] = msgspec.field(name="bytes")
    origin: OriginName
    elapsed_us: Count
    logprob: Logprob | None
    rank: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None
    entropy: Nats | None
    rest: Share | None
    candidates: Annotated[tuple[ExportedCandidate, ...], Meta(max_length=1024)]

    @property
    def bytes(self) -> bytes:
        """What it stands for."""
        return bytes(self.data)


class ExportedModel(Struct, frozen=True):
    """What wrote the answer."""

    name: str
    file: str
    """Without its folder, which is nobody's business."""
    projector: str | None
    """Likewise."""
    architecture: str
    parameters: Count
    vocabulary_size: Count

    @property
    def traced(self) -> TracedModel:
        """What a trace keeps of it."""
        return TracedModel(self.name, self.architecture, self.parameters, self.vocabulary_size)


class ExportedSampling(Struct, frozen=True):
    """How tokens were chosen; in the engine's order, temperature last."""

    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repeat_penalty: float
    repeat_last: int


class ExportedPicture(Struct, frozen=True):
    """A picture of the question as the model got it."""

    name: str
    width: Count
    height: Count
    sha256: str


class ExportedMeasures(Struct, frozen=True):
    """Of the whole answer."""

    tokens: int
    mean_logprob: float | None
    perplexity: float | None


class AnswerRecord(Struct, frozen=True, kw_only=True):
    """One answer, its question and how it was made."""

    format: Literal["perhaps-answer"] = FORMAT
    version: int = VERSION
    versions: dict[str, str]
    """Of the programs that made it."""
    question: str
    pictures: tuple[ExportedPicture, ...]
    answer: str
    finish_reason: str
    model: ExportedModel
    sampling: ExportedSampling
    seed: int
    max_tokens: int
    timings_ms: dict[str, float]
    usage: dict[str, int]
    measures: ExportedMeasures
    tokens: tuple[ExportedToken, ...]

    @property
    def trace(self) -> TokenTrace:
        """The tokens in columns."""
        trace = TokenTrace(self.model.traced)
        for token in self.tokens:
            trace.append(token, Origin[token.origin])
        return trace


class _Head(Struct):
    format: str = ""
    version: int = 0


def exported_tokens(trace: TokenTrace) -> tuple[ExportedToken, ...]:
    """Give every token of a trace."""
    return tuple(_exported_token(trace, index) for index in range(len(trace)))


def exported_measures(trace: TokenTrace) -> ExportedMeasures:
    """Give the figures of the whole answer."""
    logprobs = trace.logprobs
    return ExportedMeasures(len(trace), mean_logprob(logprobs), perplexity(logprobs))


def write_json(record: AnswerRecord) -> bytes:
    """Give the file, indented for people."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1)


def read_json(data: bytes) -> AnswerRecord:
    """Read the file, or raise TraceError."""
    head = _decoded(data, _Head)
    if head.format != FORMAT:
        raise TraceError("This is no answer that Perhaps exported: choose another JSON file.")
    if head.version > VERSION:
        raise TraceError(
            f"The file has format {head.version}, and this Perhaps reads up to {VERSION}: "
            "update it."
        )
    return _decoded(data, AnswerRecord)


def schema() -> dict[str, object]:
    """Give the JSON Schema of the file."""
    return msgspec.json.schema(AnswerRecord)


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        how = str(error).rstrip(".")
        raise TraceError(f"The file cannot be read ({how}): copy or export it again.") from None


def _exported_token(trace: TokenTrace, index: int) -> ExportedToken:
    token_id, data = trace.piece(index)
    listed = trace.candidates(index)
    figures = zip(
        listed.ids, listed.bytes, listed.logprobs.tolist(), listed.sampled.tolist(), strict=True
    )
    return ExportedToken(
        id=token_id,
        text=trace.texts[index],
        data=tuple(data),
        origin=OriginName[Origin(int(trace.origins[index])).name],
        elapsed_us=int(trace.elapsed_us[index]),
        logprob=_or_none(float(trace.logprobs[index])),
        rank=int(trace.ranks[index]) or None,
        entropy=_or_none(float(trace.entropies[index])),
        rest=_or_none(float(trace.rests[index])),
        candidates=tuple(
            ExportedCandidate(
                id=each,
                text=piece.decode("utf-8", "replace"),
                data=tuple(piece),
                logprob=logprob,
                sampled_probability=share,
            )
            for each, piece, logprob, share in figures
        ),
    )


def _or_none(value: float) -> float | None:
    return None if value != value else value  # NaN differs from itself
