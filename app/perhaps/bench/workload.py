"""The pictures and the texts that every program gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

PICTURE_SIZE = (480, 640)
"""Height and width in pixels."""
WORDS = ("the", "picture", "and", "what", "is", "there", "to", "the", "left", "of", "a", "red")


def write_picture(folder: Path, number: int) -> str:
    """Write a picture that differs from those of all other numbers, and give its path."""
    random = np.random.default_rng(number)
    coarse = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    size = (PICTURE_SIZE[1], PICTURE_SIZE[0])
    path = folder / f"picture-{number}.png"
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path)
    return str(path)


def long_text(words: int, number: int) -> str:
    """Give a text of so many common words that begins differently for each number."""
    return f"{number}: " + " ".join(WORDS[i % len(WORDS)] for i in range(words))
