"""What happens to pictures in the wild: blur, noise, poor light, a photographed screen, JPEG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from random import Random


def wear(picture: Image.Image, rng: Random) -> Image.Image:
    """Let a few things happen to a picture, most often none."""
    if rng.random() < 0.1:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    draw = rng.random()
    if draw < 0.18 and picture.width * picture.height < 1_000_000:
        pixels = np.asarray(picture, np.float32)
        noise = np.random.default_rng(rng.getrandbits(32))
        if draw < 0.07:
            pixels = pixels + noise.standard_normal(pixels.shape, np.float32) * rng.uniform(2, 12)
        elif draw < 0.13:
            pixels = pixels * rng.uniform(0.78, 1.12)
        else:
            pixels = photographed(pixels, noise)
        picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return compressed(picture, rng.randint(30, 95)) if rng.random() < 0.35 else picture


def photographed(pixels: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    """Light a screen from one side, let its rows shimmer, and tint it slightly."""
    height, width = pixels.shape[:2]
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle, pitch = noise.uniform(0, 2 * np.pi), noise.uniform(2.5, 7)
    light = 0.93 + 0.09 * (np.cos(angle) * x + np.sin(angle) * y)
    lean = noise.uniform(-0.2, 0.2)
    rows = 1 + 0.05 * np.sin(2 * np.pi * (y * height / 2 + lean * x * width / 2) / pitch)
    tint = noise.uniform(0.96, 1.04, 3)
    return pixels * (light * rows)[..., None].astype(np.float32) * tint.astype(np.float32)


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Store as JPEG and read it back."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")
