"""A prepared picture: the exact pixels that people and models see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST_SIDE = 2048


@dataclass(frozen=True, eq=False)
class ImagePixels:
    """An upright, opaque, bounded RGB picture, known by the hash of its pixels."""

    pixels: NDArray[np.uint8]
    """Shape `[height, width, 3]`, C-contiguous, read-only."""
    key: str
    """SHA-256 of width, height and pixels, in hexadecimal."""
    source_size: tuple[int, int]
    """Width and height in the file, after turning by EXIF, before bounding."""

    @classmethod
    def from_rgb(
        cls, data: bytes, size: tuple[int, int], source_size: tuple[int, int] | None = None
    ) -> ImagePixels:
        """Wrap `height * width * 3` bytes, rows from the top, without copying them."""
        width, height = size
        # An array over bytes can never be made writable.
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, 3)
        shape = width.to_bytes(8, "little") + height.to_bytes(8, "little")
        key = hashlib.sha256(shape + data).hexdigest()
        return cls(pixels, key, source_size or size)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ImagePixels) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)
