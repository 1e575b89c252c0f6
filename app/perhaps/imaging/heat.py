"""A map of numbers laid over a picture, in colours that colour-blind eyes tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Changes = NDArray[np.float64]

FOR = (230, 97, 1)
"""Orange: the answer rests on this. Of ColorBrewer's PuOr, safe for all common colour blindness."""
AGAINST = (94, 60, 153)
"""Purple, of the same scale: this speaks against the answer."""
QUIET_SHARE = 0.05
"""Of the strongest change; what is weaker stays clear."""


def strongest(changes: Changes) -> float:
    """Give the end of a symmetric scale; changes that are not known do not count."""
    known = np.abs(changes[np.isfinite(changes)])
    return float(known.max()) if known.size else 0.0


def overlay(changes: Changes, scale: float) -> Pixels:
    """Give colours with opacity, shape `[rows, columns, 4]` (RGBA), for changes of any shape.

    Opacity grows with the size of a change up to `scale`; the hue tells its sign.
    """
    known = np.nan_to_num(changes) / scale if scale > 0 else np.zeros_like(changes)
    share = np.clip(np.abs(known), 0.0, 1.0)
    share = np.where(share < QUIET_SHARE, 0.0, share)
    colours = np.where((known >= 0)[..., None], FOR, AGAINST)
    alpha = np.round(share * 255)[..., None]
    return np.concatenate([colours, alpha], axis=-1).astype(np.uint8)


def tinted(pixels: Pixels, changes: Changes, opacity: float) -> Pixels:
    """Give a picture, shape `[height, width, 3]`, with a map of any shape stretched over it.

    It is greyed first, so that colours in it are never taken for those of the map.
    """
    height, width, _ = pixels.shape
    colours = overlay(changes, strongest(changes))
    rows = np.arange(height) * colours.shape[0] // height
    columns = np.arange(width) * colours.shape[1] // width
    spread = colours[rows][:, columns].astype(np.float64)
    alpha = spread[..., 3:] / 255 * opacity
    mixed: Changes = greyed(pixels) * (1 - alpha) + spread[..., :3] * alpha
    return np.round(mixed).astype(np.uint8)


def greyed(pixels: Pixels) -> Pixels:
    """Give a picture in shades of grey, by the weights of ITU-R BT.601."""
    grey = np.asarray(pixels, np.float64) @ np.array([0.299, 0.587, 0.114])
    return np.repeat(np.round(grey).astype(np.uint8)[..., None], 3, axis=-1)
