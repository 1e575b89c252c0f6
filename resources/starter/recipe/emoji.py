"""Emoji as pictures: bitmaps of Noto Color Emoji, scaled, turned and pasted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from recipe.lettering import FONTS

if TYPE_CHECKING:
    from recipe.scenes import Item

FONT = FONTS + "truetype/noto/NotoColorEmoji.ttf"  # Debian's fonts-noto-color-emoji
STRIKE = 109  # the only size of its bitmaps
SIDE = 136


@cache
def bitmap(emoji: str) -> Image.Image:
    """The square RGBA picture of an emoji."""
    picture = Image.new("RGBA", (SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    pen.text((0, 4), emoji, font=ImageFont.truetype(FONT, STRIKE), embedded_color=True)
    return picture


def turned_bitmap(item: Item, side: int) -> Image.Image:
    """An item's emoji at a size in pixels, mirrored and turned as the item is."""
    picture = bitmap(item.text)
    if item.mirrored:
        picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
    picture = picture.resize((side, side), Image.BILINEAR if side > SIDE else Image.BICUBIC)
    return picture.rotate(-item.angle, Image.BICUBIC, expand=True) if item.angle else picture


def paste_emoji(picture: Image.Image, item: Item) -> None:
    """Paste an item's emoji around its middle, in place."""
    stamp = turned_bitmap(item, max(8, round(item.size)))
    corner = round(item.x - stamp.width / 2), round(item.y - stamp.height / 2)
    picture.paste(stamp, corner, stamp)
