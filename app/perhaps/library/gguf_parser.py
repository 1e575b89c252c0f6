"""The grammar of GGUF's metadata.

The rules are those of ggml's own reader, and bounds that it does not have, so that neither
time nor memory depends on what a hostile file claims.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from perhaps.errors import ModelError
from perhaps.library.file_names import shown
from perhaps.library.gguf_metadata import GgufFile, TensorInfo, Value
from perhaps.library.lookalikes import looks_like
from perhaps.library.tensor_encodings import ENCODINGS

if TYPE_CHECKING:
    from pathlib import Path

    from perhaps.library.gguf_cursor import GgufCursor

MAX_KEYS = 10_000
MAX_KEY_BYTES = 512
# The largest published models have some 2 000.
MAX_TENSORS = 16_384
MAX_TENSOR_NAME_BYTES = 63
MAX_DIMENSIONS = 4
MAX_STRING_BYTES = 64 << 20
# Strings in all arrays together; large vocabularies with their merges have 0.8 million.
MAX_ARRAY_STRINGS = 1_500_000
MAX_ALIGNMENT = 1 << 20
MAX_ELEMENTS = 1 << 62
# What is larger than this is stepped over; a chat template is well below.
KEPT_STRING_BYTES = 1 << 20
KEPT_ARRAY_LENGTH = 1024
# Bytes of strings and arrays that are kept in all.
KEPT_BYTES = 2 << 20

_SCALARS = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_STRING, _ARRAY = 8, 9


class GgufParser:
    """One pass through one file."""

    def __init__(self, cursor: GgufCursor) -> None:
        self._cursor = cursor
        self._keys: set[str] = set()
        self._values: dict[str, Value] = {}
        self._array_lengths: dict[str, int] = {}
        self._tensors: dict[str, TensorInfo] = {}
        self._keepable = KEPT_BYTES
        self._array_strings = 0
        # Where the data of the next tensor must begin, counted from the first one's.
        self._data_end = 0
        self._unpadded_end = 0

    def parse(self, path: Path) -> GgufFile:
        """Read everything before the tensor data; raises ModelError."""
        self._read_magic()
        tensor_count = self._count("tensors", MAX_TENSORS)
        key_count = self._count("keys", MAX_KEYS)
        for _ in range(key_count):
            self._read_pair()
        alignment = self._alignment()
        for _ in range(tensor_count):
            self._read_tensor(alignment)
        self._check_data(alignment)
        return GgufFile(path, self._cursor.size, self._values, self._array_lengths, self._tensors)

    def _read_magic(self) -> None:
        cursor = self._cursor
        head = cursor.take(min(64, cursor.size))
        cursor.position = 4
        if head[:4] != b"GGUF":
            kind = looks_like(head)
            looks = f" but looks like {kind}" if kind else ""
            raise ModelError(f"{cursor.name} is not a GGUF file{looks}; choose a .gguf file.")
        version = cursor.uint32()
        if version & 0xFFFF == 0 and version:
            raise ModelError(
                f"{cursor.name} is in big-endian byte order, which this machine cannot use;"
                " choose a little-endian file."
            )
        if version not in {2, 3}:
            raise ModelError(
                f"{cursor.name} is in version {version} of GGUF, but only 2 and 3 can be read;"
                " choose a newer conversion of the model."
            )

    def _count(self, what: str, most: int) -> int:
        count = self._cursor.uint64()
        if count > most:
            raise self._cursor.damaged(f"it claims to have {count:,} {what}")
        return count

    def _read_pair(self) -> None:
        cursor = self._cursor
        key = cursor.string(MAX_KEY_BYTES, "a key")
        if not key or key in self._keys:
            raise cursor.damaged(f"the key “{shown(key)}” comes twice" if key else "a key is empty")
        self._keys.add(key)
        kind = cursor.uint32()
        if kind == _ARRAY:
            self._read_array(key)
        elif kind == _STRING:
            self._read_string(key)
        else:
            self._values[key] = cursor.number(self._scalar(kind, key))

    def _scalar(self, kind: int, key: str) -> struct.Struct:
        if kind not in _SCALARS:
            raise self._cursor.damaged(f"“{shown(key)}” has the unknown value type {kind}")
        return _SCALARS[kind]

    def _read_string(self, key: str) -> None:
        cursor = self._cursor
        length = cursor.uint64()
        if length > MAX_STRING_BYTES:
            raise cursor.damaged(f"“{shown(key)}” claims to be {length:,} bytes long")
        if length > min(KEPT_STRING_BYTES, self._keepable):
            cursor.skip(length)
        else:
            self._keepable -= length
            self._values[key] = cursor.take(length).decode("utf-8", "replace")

    def _read_array(self, key: str) -> None:
        cursor = self._cursor
        kind = cursor.uint32()
        count = cursor.uint64()
        self._array_lengths[key] = count
        if kind == _STRING:
            self._skip_strings(key, count)
            return
        form = self._scalar(kind, key)
        if count > KEPT_ARRAY_LENGTH or count * form.size > self._keepable:
            cursor.skip(count * form.size)
        else:
            self._keepable -= count * form.size
            self._values[key] = tuple(cursor.numbers(form, count))

    def _skip_strings(self, key: str, count: int) -> None:
        cursor = self._cursor
        self._array_strings += count
        if self._array_strings > MAX_ARRAY_STRINGS:
            raise cursor.damaged(f"“{shown(key)}” claims to have {count:,} strings")
        for _ in range(count):
            cursor.skip(cursor.uint64())

    def _alignment(self) -> int:
        value = self._values.get("general.alignment", 32)
        if not isinstance(value, int) or not 0 < value <= MAX_ALIGNMENT or value & (value - 1):
            raise self._cursor.damaged("its alignment is not a power of two")
        return value

    def _read_tensor(self, alignment: int) -> None:
        cursor = self._cursor
        name = cursor.string(MAX_TENSOR_NAME_BYTES, "the name of a tensor")
        if name in self._tensors:
            raise cursor.damaged(f"the tensor “{shown(name)}” comes twice")
        dimensions = cursor.uint32()
        if dimensions > MAX_DIMENSIONS:
            raise cursor.damaged(f"the tensor “{shown(name)}” has {dimensions:,} dimensions")
        shape = tuple(cursor.uint64() for _ in range(dimensions))
        encoding, size_bytes = self._measure(name, shape, cursor.uint32())
        if cursor.uint64() != self._data_end:
            raise cursor.damaged(f"the tensor “{shown(name)}” is not where it should be")
        self._unpadded_end = self._data_end + size_bytes
        self._data_end = _padded(self._unpadded_end, alignment)
        self._tensors[name] = TensorInfo(shape, encoding, size_bytes)

    def _measure(self, name: str, shape: tuple[int, ...], kind: int) -> tuple[str, int]:
        if kind not in ENCODINGS:
            raise self._cursor.damaged(
                f"the tensor “{shown(name)}” has the encoding {kind}, which is not known here"
            )
        encoding, block_length, block_bytes = ENCODINGS[kind]
        elements = math.prod(shape)
        if elements > MAX_ELEMENTS:
            raise self._cursor.damaged(f"the tensor “{shown(name)}” is impossibly large")
        if (shape[0] if shape else 1) % block_length:
            raise self._cursor.damaged(
                f"rows of the tensor “{shown(name)}” do not fill blocks of {encoding}"
            )
        return encoding, elements // block_length * block_bytes

    def _check_data(self, alignment: int) -> None:
        if not self._tensors:
            return
        cursor = self._cursor
        end = _padded(cursor.position, alignment) + self._unpadded_end
        if end > cursor.size:
            raise ModelError(
                f"{cursor.name} is cut off: {end - cursor.size:,} of {end:,} bytes are missing;"
                " download it again."
            )


def _padded(count: int, alignment: int) -> int:
    return -(-count // alignment) * alignment
