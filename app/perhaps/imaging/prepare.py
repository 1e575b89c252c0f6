"""Stage 4: a decoded picture becomes bounded, upright pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from perhaps.imaging.colour import flattener
from perhaps.imaging.pixels import LONGEST_SIDE, ImagePixels

if TYPE_CHECKING:
    from perhaps.imaging.decode import DecodedPicture

_BAND_PIXELS = 1 << 22  # of the source, in work at a time: 16 MB as RGB

# What undoes each orientation of EXIF.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = (5, 6, 7, 8)  # width and height change places


def prepare(picture: DecodedPicture) -> ImagePixels:
    """Make a picture opaque, at most `LONGEST_SIDE` long, and upright."""
    image = _bounded(picture.image, bounded_size(picture.size))
    if picture.orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[picture.orientation])
    width, height = picture.size
    source_size = (height, width) if picture.orientation in _TURNED else (width, height)
    return ImagePixels.from_rgb(image.tobytes(), image.size, source_size)


def bounded_size(size: tuple[int, int], longest: int = LONGEST_SIDE) -> tuple[int, int]:
    """Return the size of the same shape whose longest side is at most `longest`."""
    scale = min(1.0, longest / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def _bounded(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """Flatten and resize, first across and then down, as Pillow's own filter does.

    Going across band by band never holds the whole source twice.
    """
    flatten = flattener(image)
    width, height = image.size
    rows = max(1, _BAND_PIXELS // width)
    across = Image.new("RGB", (target[0], height))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = flatten(image.crop((0, top, width, bottom)))
        across.paste(band.resize((target[0], bottom - top), Image.Resampling.LANCZOS), (0, top))
    return across.resize(target, Image.Resampling.LANCZOS)
