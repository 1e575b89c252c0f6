"""What the window asks of the engine host."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from perhaps.inference.pipe.pixel_block import PixelBlock
from perhaps.inference.protocol import (
    ImagePart,
    ImagePixels,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    SamplingOptions,
    TextPart,
    Tile,
)


class Words(Struct, frozen=True, tag=True):
    """A part that is text."""

    text: str


class PictureKey(Struct, frozen=True, tag=True):
    """A part that is a picture which the host was given or has read itself."""

    key: str


class Turn(Struct, frozen=True):
    """A message with its pictures by key."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[Words | PictureKey, ...]


def pictures_of(request: Request) -> dict[str, ImagePixels]:
    """All pictures of a request by their keys."""
    parts = (part for message in request.messages for part in message.parts)
    return {part.image.key: part.image for part in parts if isinstance(part, ImagePart)}


class Command(Struct, frozen=True, tag=True):
    """What the window asks of the host."""


class Load(Command, frozen=True, tag=True):
    """Load a pair; progress and outcome carry the same number."""

    load_id: int
    pair: ModelPair
    options: LoadOptions


class CancelLoad(Command, frozen=True, tag=True):
    """Stop every loading."""


class Unload(Command, frozen=True, tag=True):
    """Give the model's memory back."""


class Check(Command, frozen=True, tag=True):
    """Judge a pair."""

    check_id: int
    pair: ModelPair
    options: LoadOptions


class ReadPicture(Command, frozen=True, tag=True):
    """Decode a picture; a path comes as the bytes that the file system knows."""

    ticket: int
    source: bytes
    is_path: bool


class GivePicture(Command, frozen=True, tag=True):
    """Hand over a picture that a request is about to name."""

    block: PixelBlock


class Generate(Command, frozen=True, tag=True):
    """Begin an answer; the fields are those of `Request`."""

    run_id: int
    messages: tuple[Turn, ...]
    max_tokens: int
    sampling: SamplingOptions
    stop: tuple[str, ...]
    top_logprobs: int
    seed: int | None
    prepare_only: bool
    kept_tokens: tuple[int, ...]
    forced_tokens: tuple[int, ...]
    forced_text: str
    transient: bool


class Score(Command, frozen=True, tag=True):
    """Tell how likely given answers are; the number is that in `asked`."""

    asked: Generate
    answers: tuple[str, ...]


class Cover(Command, frozen=True, tag=True):
    """Score the answer that `asked` is forced to, with each tile of a picture covered."""

    asked: Generate
    picture: str
    """The key of a picture that `asked` names."""
    tiles: tuple[Tile | None, ...]


class Stop(Command, frozen=True, tag=True):
    """End an answer, whose words stay, or a scoring."""

    run_id: int


class ListDevices(Command, frozen=True, tag=True):
    """Ask for the devices of this machine."""


class Ping(Command, frozen=True, tag=True):
    """Ask for a sign of life."""


class ShutDown(Command, frozen=True, tag=True):
    """End the host."""


AnyCommand = (
    Load
    | CancelLoad
    | Unload
    | Check
    | ReadPicture
    | GivePicture
    | Generate
    | Score
    | Cover
    | Stop
    | ListDevices
    | Ping
    | ShutDown
)


Send = Callable[[Command], None]
"""Sends without waiting; raises EngineLostError where that cannot be."""


def pack_request(run_id: int, request: Request) -> Generate:
    """Write a request with its pictures by key."""
    return Generate(
        run_id=run_id,
        messages=tuple(_pack_turn(message) for message in request.messages),
        max_tokens=request.max_tokens,
        sampling=request.sampling,
        stop=request.stop,
        top_logprobs=request.top_logprobs,
        seed=request.seed,
        prepare_only=request.prepare_only,
        kept_tokens=request.kept_tokens,
        forced_tokens=request.forced_tokens,
        forced_text=request.forced_text,
        transient=request.transient,
    )


def _pack_turn(message: Message) -> Turn:
    parts = tuple(
        Words(part.text) if isinstance(part, TextPart) else PictureKey(part.image.key)
        for part in message.parts
    )
    return Turn(message.role, parts)


def unpack_request(command: Generate, pictures: Mapping[str, ImagePixels]) -> Request:
    """Read a request; raises KeyError for a picture that is not among `pictures`."""
    return Request(
        messages=tuple(_unpack_turn(turn, pictures) for turn in command.messages),
        max_tokens=command.max_tokens,
        sampling=command.sampling,
        stop=command.stop,
        top_logprobs=command.top_logprobs,
        seed=command.seed,
        prepare_only=command.prepare_only,
        kept_tokens=command.kept_tokens,
        forced_tokens=command.forced_tokens,
        forced_text=command.forced_text,
        transient=command.transient,
    )


def _unpack_turn(turn: Turn, pictures: Mapping[str, ImagePixels]) -> Message:
    parts = tuple(
        TextPart(part.text) if isinstance(part, Words) else ImagePart(pictures[part.key])
        for part in turn.parts
    )
    return Message(turn.role, parts)


def picture_keys(command: Generate) -> Iterator[str]:
    """The keys that a request names."""
    for turn in command.messages:
        for part in turn.parts:
            if isinstance(part, PictureKey):
                yield part.key
