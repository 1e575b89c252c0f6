"""The outline of each item as polygons, in pixels of the picture."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

import numpy as np

from recipe.lettering import letter_boxes

if TYPE_CHECKING:
    from recipe.scenes import Item

Points = np.ndarray  # float64 [corners, 2]


def regular_polygon(corners: int, start: float) -> Points:
    """Corners on the unit circle, the first at `start` degrees (90 is up)."""
    angles = radians(start) + 2 * pi * np.arange(corners) / corners
    return np.stack([np.cos(angles), -np.sin(angles)], axis=1)


def star(inner: float = 0.42) -> Points:
    """Make a five-pointed star that points up."""
    points = regular_polygon(10, 90)
    points[1::2] *= inner
    return points


def heart() -> Points:
    """Make a heart from its usual parametric curve."""
    t = np.linspace(0, 2 * pi, 40, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([x / 16.5, -(y + 2.5) / 16.5], axis=1)


def cross(arm: float = 0.34) -> Points:
    """Make an upright cross (a plus sign)."""
    a = arm
    return np.array([
        (-a, -1), (a, -1), (a, -a), (1, -a), (1, a), (a, a),
        (a, 1), (-a, 1), (-a, a), (-1, a), (-1, -a), (-a, -a),
    ], float)  # fmt: skip


def moon() -> Points:
    """Make a crescent that opens to the right."""
    outer = np.linspace(radians(50), radians(310), 24)
    rim = np.stack([np.cos(outer), -np.sin(outer)], axis=1)
    top_x, top_y = cos(radians(50)), sin(radians(50))
    centre, radius = 0.62, ((top_x - 0.62) ** 2 + top_y**2) ** 0.5
    inner = np.linspace(
        2 * pi - np.arctan2(top_y, top_x - centre), np.arctan2(top_y, top_x - centre), 18
    )
    bite = np.stack([centre + radius * np.cos(inner), -radius * np.sin(inner)], axis=1)
    return np.concatenate([rim, bite])[:, :] + np.array([0.2, 0.0])


UNIT_OUTLINES: dict[str, Points] = {
    "circle": regular_polygon(48, 0),
    "oval": regular_polygon(40, 0),
    "square": np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float),
    "rectangle": np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float),
    "triangle": np.array([(0, -0.93), (1, 0.8), (-1, 0.8)], float),
    "star": star(),
    "diamond": regular_polygon(4, 90),
    "pentagon": regular_polygon(5, 90),
    "hexagon": regular_polygon(6, 0),
    "heart": heart(),
    "cross": cross(),
    "moon": moon(),
}


def blob(seed: int) -> Points:
    """Make a smooth random outline that has no name."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 2 * pi, 60, endpoint=False)
    waves = np.arange(2, 8)
    heights = rng.normal(0, 0.22, 6) * rng.uniform(0.5, 1.3, 6)
    radius = 1 + (heights[:, None] * np.cos(waves[:, None] * t + rng.uniform(0, 7, (6, 1)))).sum(0)
    radius = radius.clip(0.15) / radius.max()
    return np.stack([radius * np.cos(t), radius * np.sin(t)], axis=1)


def by_hand(points: Points, seed: int, strength: float = 0.013) -> Points:
    """Let an outline wobble as a hand does; edges are cut into short pieces first."""
    steps = np.linspace(0, 1, 6, endpoint=False)[None, :, None]
    pieces = points[:, None] * (1 - steps) + np.roll(points, -1, axis=0)[:, None] * steps
    pieces = pieces.reshape(-1, 2)
    rng = np.random.default_rng(seed)
    t = np.arctan2(pieces[:, 1], pieces[:, 0])
    waves, phases = rng.integers(3, 10, (5, 1)), rng.uniform(0, 2 * pi, (2, 5, 1))
    shifts = np.cos(waves * t + phases).sum(1) * strength
    return pieces + shifts.T


def outline(item: Item) -> Points:
    """Scale, turn and move the unit outline of a shape or thing into its picture."""
    half = item.size / 2
    if item.kind in UNIT_OUTLINES:
        unit = UNIT_OUTLINES[item.kind]
        unit = by_hand(unit, item.wobble) if item.wobble else unit
    else:
        unit = blob(item.wobble) if item.wobble else UNIT_OUTLINES["circle"] * 0.92
    turn = radians(item.angle)
    rotation = np.array([(cos(turn), sin(turn)), (-sin(turn), cos(turn))])
    return unit * (half, half * item.aspect) @ rotation + (item.x, item.y)


def silhouettes(item: Item) -> list[Points]:
    """The polygons that an item covers, roughly: one, or one for each letter."""
    return letter_boxes(item) if item.face else [outline(item)]
