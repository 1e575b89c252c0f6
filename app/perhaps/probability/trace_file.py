"""A trace as bytes: a checked header, then compressed columns.

    8 bytes   magic
    u16       version of the format
    u32       CRC-32 of all that follows
    u32, u32  length of the body as it lies here, and uncompressed
    body      zlib of the msgpack of `_Record`

All numbers are little-endian. Log-probabilities and shares are 32-bit floats, as
the engine computes them.
"""

import struct
import zlib
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from perhaps.errors import TraceError
from perhaps.probability.pieces import PieceTable
from perhaps.probability.trace import COLUMNS, PER_CANDIDATE, Origin, TokenTrace, TracedModel

MAGIC = b"PERHAPS\x1a"
VERSION = 1
LARGEST_BODY = 2**30
"""Bytes; some five million tokens. A file that claims more is not believed."""
ROUNDED = 1e-3
"""Nats above 0 that a 32-bit log-probability of a certain token may be."""

_HEADER = struct.Struct("<8sHIII")
_STORED = {
    "tokens": "<u4",
    "logprobs": "<f4",
    "ranks": "<u4",
    "entropies": "<f4",
    "rests": "<f4",
    "elapsed_us": "<i8",
    "origins": "<u1",
    "counts": "<u2",
    "candidates": "<u4",
    "candidate_logprobs": "<f4",
    "candidate_sampled": "<f4",
}


class _Record(msgspec.Struct, frozen=True):
    model: TracedModel | None
    piece_ids: tuple[int, ...]
    pieces: tuple[bytes, ...]
    texts: tuple[str, ...]
    columns: dict[str, bytes]


def to_bytes(trace: TokenTrace) -> bytes:
    """Write a trace."""
    pieces = [trace.pieces[number] for number in range(len(trace.pieces))]
    record = _Record(
        trace.model,
        tuple(piece[0] for piece in pieces),
        tuple(piece[1] for piece in pieces),
        tuple(trace.texts),
        {name: _shuffled(_stored_values(trace, name), kind) for name, kind in _STORED.items()},
    )
    plain = msgspec.msgpack.encode(record)
    body = zlib.compress(plain)
    lengths = struct.pack("<II", len(body), len(plain))
    return _HEADER.pack(MAGIC, VERSION, zlib.crc32(lengths + body), len(body), len(plain)) + body


def from_bytes(data: bytes, model: TracedModel | None = None) -> TokenTrace:
    """Read a trace; where `model` is given, it must have been traced from that one.

    Raises TraceError for anything that is not a whole trace.
    """
    record = _decode(_body(data))
    columns = {name: _read_column(record, name, kind) for name, kind in _STORED.items()}
    _check(record, columns)
    columns["starts"] = np.concatenate([[0], np.cumsum(columns.pop("counts"), dtype=np.int64)])
    pieces = PieceTable(list(zip(record.piece_ids, record.pieces, strict=True)))
    trace = TokenTrace(record.model, pieces, list(record.texts), columns)
    if model is not None:
        require_model(trace, model)
    return trace


def require_model(trace: TokenTrace, model: TracedModel) -> None:
    """Raise TraceError where a trace comes from another model."""
    if trace.model != model:
        traced = "an unnamed model" if trace.model is None else f"“{trace.model.name}”"
        raise TraceError(
            f"The trace was written by {traced}, not by “{model.name}”: "
            "load that model to go on with it."
        )


def _stored_values(trace: TokenTrace, name: str) -> NDArray[Any]:
    return np.diff(trace.column("starts")) if name == "counts" else trace.column(name)


def _shuffled(values: NDArray[Any], kind: str) -> bytes:
    """Put the first bytes of all numbers first: alike bytes side by side compress better."""
    stored = np.ascontiguousarray(values.astype(kind))
    return stored.view(np.uint8).reshape(len(stored), stored.itemsize).T.tobytes()


def _read_column(record: _Record, name: str, kind: str) -> NDArray[Any]:
    data, size = record.columns.get(name), np.dtype(kind).itemsize
    if data is None or len(data) % size:
        raise _damaged(f"its column “{name}” is not whole")
    planes = np.frombuffer(data, np.uint8).reshape(size, -1)
    return np.ascontiguousarray(planes.T).reshape(-1).view(kind).astype(COLUMNS.get(name, np.int64))


def _body(data: bytes) -> bytes:
    if data[: len(MAGIC)] != MAGIC[: len(data)] or not data:
        raise TraceError("This is no trace of Perhaps: choose a file that was exported from it.")
    if len(data) < _HEADER.size:
        raise _cut_off(len(data), _HEADER.size)
    _, version, checksum, length, plain_length = _HEADER.unpack_from(data)
    if version > VERSION:
        raise TraceError(
            f"The trace has format {version}, and this Perhaps reads up to {VERSION}: update it."
        )
    if len(data) < _HEADER.size + length:
        raise _cut_off(len(data), _HEADER.size + length)
    checked = memoryview(data)[_HEADER.size - 8 : _HEADER.size + length]
    if zlib.crc32(checked) != checksum or plain_length > LARGEST_BODY:
        raise _damaged("its checksum differs")
    return _inflated(data[_HEADER.size : _HEADER.size + length], plain_length)


def _inflated(body: bytes, length: int) -> bytes:
    try:
        plain = zlib.decompressobj().decompress(body, max(1, length))
    except zlib.error as error:
        raise _damaged(str(error)) from None
    if len(plain) != length:
        raise _damaged("its length differs")
    return plain


def _decode(body: bytes) -> _Record:
    try:
        return msgspec.msgpack.decode(body, type=_Record)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _damaged(str(error)) from None


def _check(record: _Record, columns: dict[str, NDArray[Any]]) -> None:
    """See to it that columns fit together and name nothing that is not there."""
    count, listed = len(record.texts), int(columns["counts"].sum())
    for name, column in columns.items():
        if len(column) != (listed if name in PER_CANDIDATE else count):
            raise _damaged(f"its column “{name}” has {len(column)} values")
    if len(record.piece_ids) != len(record.pieces):
        raise _damaged("its pieces are not whole")
    named = np.concatenate([columns["tokens"], columns["candidates"]])
    if named.size and not 0 <= named.min() <= named.max() < len(record.pieces):
        raise _damaged("it names a piece that is not there")
    if any((columns[name] > ROUNDED).any() for name in ("logprobs", "candidate_logprobs")):
        raise _damaged("it tells of a probability above 1")
    if columns["origins"].size and columns["origins"].max() > max(Origin):
        raise _damaged("it names an origin that is not known")


def _cut_off(have: int, want: int) -> TraceError:
    return TraceError(
        f"The trace is cut off after {have} of at least {want} bytes: copy or export it again."
    )


def _damaged(how: str) -> TraceError:
    return TraceError(f"The trace is damaged ({how}): copy or export it again.")
