"""Letters, digits and words: the faces, the room that each letter takes, and the drawing."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import pairwise
from math import cos, radians, sin
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from recipe.scenes import Item

FONTS = os.environ.get("STARTER_FONTS", "/usr/share/fonts/")  # as Debian's packages install them
FACES = tuple(
    FONTS + name
    for name in (
        "truetype/dejavu/DejaVuSans.ttf",
        "truetype/dejavu/DejaVuSans-Bold.ttf",
        "truetype/dejavu/DejaVuSerif.ttf",
        "truetype/dejavu/DejaVuSerif-Bold.ttf",
        "truetype/dejavu/DejaVuSansMono-Bold.ttf",
        "truetype/liberation/LiberationSans-Regular.ttf",
        "truetype/liberation/LiberationSans-Bold.ttf",
        "truetype/liberation/LiberationMono-Bold.ttf",
        "truetype/lato/Lato-Regular.ttf",
        "truetype/lato/Lato-Black.ttf",
        "truetype/open-sans/OpenSans-Semibold.ttf",
        "truetype/crosextra/Caladea-Bold.ttf",
        "truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf",
        "truetype/roboto/unhinted/RobotoTTF/Roboto-Black.ttf",
        "opentype/comic-neue/ComicNeue-Bold.otf",
    )
)
METRICS_SIZE = 100


@lru_cache(maxsize=256)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Open a face at a size in pixels."""
    return ImageFont.truetype(face, size)


@lru_cache(maxsize=8192)
def ink(face: str, text: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text's ink, for type of size one."""
    left, top, right, bottom = font(face, METRICS_SIZE).getbbox(text)
    return tuple(edge / METRICS_SIZE for edge in (left, top, right, bottom))


def letter_boxes(item: Item) -> list[np.ndarray]:
    """The four corners of each letter's box in the picture, [4, 2] each."""
    left, top, right, bottom = (edge * item.size for edge in ink(item.face, item.text))
    type_of = font(item.face, METRICS_SIZE)
    ends = [type_of.getlength(item.text[:n]) * item.size / METRICS_SIZE
            for n in range(len(item.text) + 1)]  # fmt: skip
    ends[0], ends[-1] = left, right
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    turn = radians(item.angle)
    rotation = np.array([(cos(turn), sin(turn)), (-sin(turn), cos(turn))])
    boxes = []
    for start, end in pairwise(ends):
        corners = np.array([(start, top), (end, top), (end, bottom), (start, bottom)])
        boxes.append((corners - middle) @ rotation + (item.x, item.y))
    return boxes


def draw_text(picture: Image.Image, item: Item, factor: int = 1, *, smooth: bool) -> None:
    """Draw an item's text around its middle, in place."""
    type_of = font(item.face, max(6, round(item.size * factor)))
    left, top, right, bottom = type_of.getbbox(item.text)
    mask = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
    pen = ImageDraw.Draw(mask)
    pen.fontmode = "L" if smooth else "1"
    pen.text((2 - left, 2 - top), item.text, font=type_of, fill=255)
    if item.angle:
        method = Image.BICUBIC if smooth else Image.NEAREST
        mask = mask.rotate(-item.angle, method, expand=True)
    corner = round(item.x * factor - mask.width / 2), round(item.y * factor - mask.height / 2)
    picture.paste(item.rgb, corner, mask)
