"""A picture with a part of it covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from perhaps.imaging.pixels import ImagePixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; the last two are outside."""


def mean_colour(image: ImagePixels) -> NDArray[np.uint8]:
    """Give the colour, shape `[3]`, that says least about a picture: the mean of its pixels."""
    mean: NDArray[np.float64] = image.pixels.reshape(-1, 3).mean(axis=0)
    return np.round(mean).astype(np.uint8)


def cover(image: ImagePixels, box: Box, colour: NDArray[np.uint8]) -> ImagePixels:
    """Fill a box with a colour; what lies outside the picture is left out."""
    left, top, right, bottom = box
    pixels = image.pixels.copy()
    pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = colour
    return ImagePixels.from_rgb(pixels.tobytes(), (image.width, image.height), image.source_size)
