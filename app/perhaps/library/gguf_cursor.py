"""Bounded reading of the numbers and strings of a GGUF file that is not trusted."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from perhaps.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

UINT32 = struct.Struct("<I")
UINT64 = struct.Struct("<Q")
# Bytes read at once; metadata is small, tensor data is never read.
WINDOW = 1 << 18


class GgufCursor:
    """Walks forward through a file and never past its end.

    Every failure is a ModelError that names the file.
    """

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.position = 0
        self.size = size
        self.name = name
        self._file = file
        self._window = b""
        self._window_start = 0

    def number(self, form: struct.Struct) -> int | float | bool:
        """Read one number."""
        at = self._step(form.size)
        value: int | float | bool = form.unpack_from(self._window, at)[0]
        return value

    def uint32(self) -> int:
        """Read an unsigned number of 4 bytes."""
        at = self._step(4)
        value: int = UINT32.unpack_from(self._window, at)[0]
        return value

    def uint64(self) -> int:
        """Read an unsigned number of 8 bytes, such as a length."""
        at = self._step(8)
        value: int = UINT64.unpack_from(self._window, at)[0]
        return value

    def take(self, count: int) -> bytes:
        """Read that many bytes; the caller has bounded the count."""
        at = self._step(count)
        return self._window[at : at + count]

    def skip(self, count: int) -> None:
        """Step over that many bytes without reading them."""
        if count > self.size - self.position:
            raise self.cut_off()
        self.position += count

    def string(self, longest: int, what: str) -> str:
        """Read a string that may not be longer than so many bytes."""
        length = self.uint64()
        if length > self.size - self.position:
            raise self.cut_off()
        if length > longest:
            raise self.damaged(f"{what} is {length:,} bytes long, where {longest:,} are allowed")
        return self.take(length).decode("utf-8", "replace")

    def numbers(self, form: struct.Struct, count: int) -> Iterator[int | float | bool]:
        """Read that many numbers; the caller has bounded the count."""
        data = self.take(form.size * count)
        return (value for (value,) in form.iter_unpack(data))

    def cut_off(self) -> ModelError:
        """The error of a file that ends within its metadata."""
        return ModelError(
            f"{self.name} is cut off or damaged: its metadata runs past its end"
            f" at {self.size:,} bytes; download it again."
        )

    def damaged(self, why: str) -> ModelError:
        """The error of a file whose metadata contradicts itself."""
        return ModelError(f"{self.name} is damaged: {why}; download it again.")

    def _step(self, count: int) -> int:
        """Step over bytes and tell where in the window they are."""
        at = self.position - self._window_start
        if at + count > len(self._window):
            self._refill(count)
            at = 0
        self.position += count
        return at

    def _refill(self, count: int) -> None:
        if count > self.size - self.position:
            raise self.cut_off()
        self._file.seek(self.position)
        self._window = self._file.read(max(count, WINDOW))
        self._window_start = self.position
        if len(self._window) < count:  # it shrank since its size was taken
            raise self.cut_off()
