"""Messages as bytes: msgpack that is checked against its types, never pickles.

Both sides read untrusted things, so neither may run what the other one says.
"""

from multiprocessing.connection import Connection
from typing import TypeVar

import msgspec

from perhaps.errors import EngineLostError
from perhaps.inference.pipe.commands import AnyCommand, Command
from perhaps.inference.pipe.events import AnyEvent, Event

MAX_MESSAGE_BYTES = 64 * 2**20
"""Holds the largest picture file that imaging reads, and the largest picture it makes of one."""

T = TypeVar("T")


class WireError(EngineLostError):
    """A message that cannot be written or understood."""


_encoder = msgspec.msgpack.Encoder()
_command_decoder: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand)
_event_decoder: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)


def encode(message: Command | Event) -> bytes:
    """Turn a message into bytes, or raise WireError where it holds what bytes cannot say."""
    try:
        data = _encoder.encode(message)
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise WireError(
            f"Text with the broken character U+{code:04X} cannot reach the engine; remove it."
        ) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"{type(message).__name__} cannot be sent: {error}.") from error
    if len(data) > MAX_MESSAGE_BYTES:
        raise WireError(
            f"{len(data) / 1e6:.0f} MB are more than the {MAX_MESSAGE_BYTES / 1e6:.0f} MB "
            "that the engine takes at once; make it smaller."
        )
    return data


def decode_command(data: bytes) -> AnyCommand:
    """Read a command, or raise WireError."""
    return _decode(_command_decoder, data)


def decode_event(data: bytes) -> AnyEvent:
    """Read an event, or raise WireError."""
    return _decode(_event_decoder, data)


def _decode(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WireError(f"A message of {len(data)} bytes makes no sense: {error}.") from error


def receive(connection: Connection) -> bytes:
    """Wait for the bytes of one message.

    Raises EOFError at the end, OSError where the pipe breaks, and WireError
    where more than MAX_MESSAGE_BYTES are announced.
    """
    try:
        return connection.recv_bytes(MAX_MESSAGE_BYTES)
    except OSError as error:
        if error.errno is None:  # not from the system, so the length was refused
            raise WireError(f"A message has more than {MAX_MESSAGE_BYTES} bytes.") from error
        raise
