"""Untrusted bytes become the exact pixels that people and models see.

The stages, in order: `source` (bytes), `decode` (a Pillow image), `colour` (opaque
sRGB), `prepare` (bounded and upright), `pixels` (the result).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.imaging.pixels import LONGEST_SIDE, ImagePixels

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LONGEST_SIDE", "ImagePixels", "read_image"]


def read_image(source: str | Path | bytes, name: str | None = None) -> ImagePixels:
    """Read a picture from a path or its bytes; `name` is what messages call it.

    Raises ImageError. Safe to call from any thread; one picture is decoded at a time.
    """
    # The window needs this package for `ImagePixels` only, and never loads a decoder.
    from perhaps.imaging.decode import decoded
    from perhaps.imaging.prepare import prepare
    from perhaps.imaging.source import read_source

    encoded = read_source(source, name)
    with decoded(encoded) as picture:
        return prepare(picture)
