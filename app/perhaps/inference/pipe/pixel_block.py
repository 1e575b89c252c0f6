"""Pictures as bytes, on their way through the pipe."""

import numpy as np
from msgspec import Struct

from perhaps.inference.protocol import ImagePixels


class PixelBlock(Struct, frozen=True):
    """A picture with its pixels, row by row, three bytes each."""

    key: str
    width: int
    height: int
    source_size: tuple[int, int]
    pixels: memoryview

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or self.width * self.height * 3 != len(self.pixels):
            raise ValueError(f"{self.width} × {self.height} pixels in {len(self.pixels)} bytes")


def pack_pixels(image: ImagePixels) -> PixelBlock:
    """Write a picture without copying its pixels."""
    pixels = image.pixels.data.cast("B")
    return PixelBlock(image.key, image.width, image.height, image.source_size, pixels)


def unpack_pixels(block: PixelBlock) -> ImagePixels:
    """Read a picture; its pixels stay a view into the message, which nobody can write to."""
    pixels = np.frombuffer(block.pixels, np.uint8).reshape(block.height, block.width, 3)
    return ImagePixels(pixels, block.key, block.source_size)
