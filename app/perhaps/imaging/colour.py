"""Stage 3: any colour mode to opaque sRGB on white."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

_WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")  # one channel, more than 8 bits
_ALPHA_MODES = ("RGBA", "RGBa", "LA", "La", "PA")
_PROFILE_MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}  # by their colour space

Flatten = Callable[[Image.Image], Image.Image]


def flattener(image: Image.Image) -> Flatten:
    """Return what makes any part of this image opaque 8-bit sRGB.

    Parts, because the largest allowed picture with its copy would exceed the memory limit.
    """
    to_srgb = _to_srgb(image)
    if image.mode in _WIDE_MODES:
        narrow = _narrower(image)
        return lambda part: to_srgb(narrow(part))
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        return lambda part: _on_white(part, to_srgb)
    return to_srgb


def _to_srgb(image: Image.Image) -> Flatten:
    """Return the conversion of the opaque colours, by ICC profile where one helps."""
    if image.mode == "LAB":
        return _transformation(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB")
    profile = image.info.get("icc_profile")
    if not profile:
        return _plain_rgb
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _PROFILE_MODES.get(opened.profile.xcolor_space.strip())
        fits = mode in _profile_modes_for(image)
        return _transformation(opened, mode) if mode and fits else _plain_rgb
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return _plain_rgb  # the profile is broken, the pixels are not


def _profile_modes_for(image: Image.Image) -> tuple[str, ...]:
    if image.mode == "CMYK":
        return ("CMYK",)
    is_grey = image.mode in ("1", "L", "LA", "La", *_WIDE_MODES)
    return ("L", "RGB") if is_grey else ("RGB",)


def _transformation(profile: ImageCms.ImageCmsProfile, mode: str) -> Flatten:
    srgb = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(profile, srgb, mode, "RGB")

    def apply(part: Image.Image) -> Image.Image:
        source = part if part.mode == mode else part.convert(mode)
        converted = ImageCms.applyTransform(source, transform)
        assert converted is not None  # only `inPlace` returns nothing
        return converted

    return apply


def _plain_rgb(part: Image.Image) -> Image.Image:
    return part if part.mode == "RGB" else part.convert("RGB")


def _on_white(part: Image.Image, to_srgb: Flatten) -> Image.Image:
    with_alpha = part.convert("RGBA")
    canvas = Image.new("RGB", part.size, "white")
    canvas.paste(to_srgb(with_alpha.convert("RGB")), mask=with_alpha.getchannel("A"))
    return canvas


def _narrower(image: Image.Image) -> Flatten:
    """Return the scaling of a wide grey channel to 8 bits.

    16 bits have a fixed range. 32 bits and floats (measurements) have none, so the
    darkest value becomes black and the brightest white.
    """
    low, high = (0.0, 65535.0) if image.mode.startswith("I;16") else _finite_range(image)
    scale = 255.0 / (high - low) if high > low else 0.0
    transparent = image.info.get("transparency")

    def narrow(part: Image.Image) -> Image.Image:
        values = np.asarray(part)
        grey = (np.clip(values, low, high).astype(np.float32) - low) * scale + 0.5
        grey[np.isnan(grey)] = 0
        if isinstance(transparent, int):
            grey[values == transparent] = 255
        return Image.fromarray(grey.astype(np.uint8))

    return narrow


def _finite_range(image: Image.Image) -> tuple[float, float]:
    low, high = np.inf, -np.inf
    for row in range(image.height):
        values = np.asarray(image.crop((0, row, image.width, row + 1)))
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)
