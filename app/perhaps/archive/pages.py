"""Rows out of the pages of a SQLite file, without asking SQLite, which stops at damage.

The format is https://www.sqlite.org/fileformat2.html: a leaf page of a table (type 13) holds the
offsets of its cells, each a rowid and a record; what does not fit goes on in overflow pages.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = int | float | str | bytes | None
Row = tuple[int, tuple[Value, ...]]
"""The rowid and the columns; the column that is the rowid is None there."""

PAGE_SIZE = 4096
"""Of every archive, so that a damaged header says nothing that is needed."""
_LEAF = 13
_HEADER = 100
_INTEGER_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_CONSTANTS: dict[int, Value] = {0: None, 8: 0, 9: 1}
_MOST_COLUMNS = 32


class PageReader:
    """Reads every row that is still whole, from whichever page it stands on.

    Text that is no UTF-8 any more makes a row broken, or is mended where `mend_text` is true.
    """

    def __init__(self, data: bytes, *, mend_text: bool = False) -> None:
        self._data = data
        self._errors = "replace" if mend_text else "strict"

    def rows(self) -> Iterator[Row]:
        """Go through all leaf pages, in the order in which they stand in the file."""
        for start in range(0, len(self._data) - PAGE_SIZE + 1, PAGE_SIZE):
            yield from self._rows_of_page(start)

    def _rows_of_page(self, start: int) -> Iterator[Row]:
        page = self._data[start : start + PAGE_SIZE]
        head = _HEADER if start == 0 else 0
        if page[head] != _LEAF:
            return
        (count,) = struct.unpack_from(">H", page, head + 3)
        if head + 8 + 2 * count > PAGE_SIZE:
            return
        for offset in struct.unpack_from(f">{count}H", page, head + 8):
            try:
                yield self._row(page, offset)
            except (IndexError, ValueError, struct.error):
                continue

    def _row(self, page: bytes, offset: int) -> Row:
        length, offset = _varint(page, offset)
        rowid, offset = _varint(page, offset)
        if not 0 < length <= len(self._data):
            raise ValueError("a record longer than the file")
        payload = self._payload(page, offset, length)
        return _signed(rowid), tuple(_columns(payload, self._errors))

    def _payload(self, page: bytes, offset: int, length: int) -> bytes:
        """Put a record together, following its overflow pages."""
        local = self._local_length(length)
        if offset + local > PAGE_SIZE:
            raise ValueError("a record beyond its page")
        pieces = [page[offset : offset + local]]
        if local == length:
            return pieces[0]
        (following,) = struct.unpack_from(">I", page, offset + local)
        missing = length - local
        while missing > 0:
            start = (following - 1) * PAGE_SIZE
            if following < 2 or start + PAGE_SIZE > len(self._data):
                raise ValueError("a record whose rest is lost")
            (following,) = struct.unpack_from(">I", self._data, start)
            piece = self._data[start + 4 : start + 4 + min(missing, PAGE_SIZE - 4)]
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _local_length(self, length: int) -> int:
        most = PAGE_SIZE - 35
        if length <= most:
            return length
        least = (PAGE_SIZE - 12) * 32 // 255 - 23
        spare = least + (length - least) % (PAGE_SIZE - 4)
        return spare if spare <= most else least


def _columns(payload: bytes, errors: str) -> list[Value]:
    header_length, offset = _varint(payload, 0)
    kinds = []
    while offset < header_length:
        kind, offset = _varint(payload, offset)
        kinds.append(kind)
    if offset != header_length or not 0 < len(kinds) <= _MOST_COLUMNS:
        raise ValueError("no header of a record")
    values: list[Value] = []
    for kind in kinds:
        value, offset = _value(payload, offset, kind, errors)
        values.append(value)
    if offset != len(payload):
        raise ValueError("a record that does not end with its columns")
    return values


def _value(payload: bytes, offset: int, kind: int, errors: str) -> tuple[Value, int]:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], offset
    if kind in _INTEGER_SIZES:
        end = offset + _INTEGER_SIZES[kind]
        return int.from_bytes(_part(payload, offset, end), "big", signed=True), end
    if kind == 7:
        end = offset + 8
        return struct.unpack(">d", _part(payload, offset, end))[0], end
    if kind < 12:
        raise ValueError(f"a column of the kind {kind}")
    end = offset + (kind - 12) // 2
    data = _part(payload, offset, end)
    return (data.decode(errors=errors) if kind % 2 else data), end


def _part(payload: bytes, begin: int, end: int) -> bytes:
    if end > len(payload):
        raise ValueError("a column beyond its record")
    return payload[begin:end]


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[offset + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, offset + index + 1
    return value << 8 | data[offset + 8], offset + 9


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value
