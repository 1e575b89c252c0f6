"""Curves of an answer with more tokens than a chart has room for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from perhaps.probability.trace import Floats

MOST_POINTS = 110
"""Of a curve; more would be noise to the eye, and slow to stroke."""


def lowest(values: Floats, first: int, stop: int) -> tuple[Floats, Floats]:
    """Give the lowest of each few values, and where it is; NaN where nothing is measured."""
    places, heights = _extremes(-values, first, stop)
    return places, -heights


def highest(values: Floats, first: int, stop: int) -> tuple[Floats, Floats]:
    """Give the highest of each few values, and where it is; NaN likewise."""
    return _extremes(values, first, stop)


def whole_nats(logprobs: Floats, entropies: Floats) -> int:
    """Give the height of a chart that has room for both curves: whole, and at least one."""
    deepest = -float(np.nanmin(logprobs, initial=0.0))
    return max(1, math.ceil(max(deepest, float(np.nanmax(entropies, initial=0.0)))))


def _extremes(values: Floats, first: int, stop: int) -> tuple[Floats, Floats]:
    count = max(0, stop - first)
    if count == 0:
        return np.zeros(0), np.zeros(0)
    per_bin = math.ceil(count / MOST_POINTS)
    bins = math.ceil(count / per_bin)
    padded = np.full(bins * per_bin, -np.inf)
    padded[:count] = np.nan_to_num(values[first:stop], nan=-np.inf)
    rows = padded.reshape(bins, per_bin)
    places = np.argmax(rows, axis=1)
    heights = rows[np.arange(bins), places]
    heights[np.isinf(heights)] = np.nan
    return first + np.arange(bins) * per_bin + places, heights
