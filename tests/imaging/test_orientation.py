"""Cameras write pictures lying; people and models see them upright."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from perhaps.imaging import read_image
from tests.imaging.pictures import CORNERS, corners, encode

# How a camera that writes this orientation has turned the upright picture.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def lying(orientation: int, kind: str) -> bytes:
    upright = corners(64, 32)
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if kind == "WEBP" else {}
    stored = upright if turn is None else upright.transpose(turn)
    return encode(stored, kind, exif=exif.tobytes(), **lossless)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_becomes_upright(orientation, kind):
    image = read_image(lying(orientation, kind))
    assert image.source_size == (64, 32)
    assert image.pixels.shape == (32, 64, 3)
    seen = {
        "top left": image.pixels[4, 4],
        "top right": image.pixels[4, -4],
        "bottom left": image.pixels[-4, 4],
        "bottom right": image.pixels[-4, -4],
    }
    for corner, colour in CORNERS.items():
        assert np.abs(seen[corner].astype(int) - colour).max() <= 8, corner


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_unknown_orientation_is_upright(value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert read_image(encode(corners(), exif=exif)) == read_image(encode(corners()))


def test_broken_exif_does_not_refuse_the_picture():
    broken = encode(corners(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert read_image(broken) == read_image(encode(corners(), "JPEG"))
