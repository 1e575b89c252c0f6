"""The outline of each kind of shape as a polygon, in pixels of the picture."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from recipe.scenes import Shape

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


def outline(shape: Shape) -> Points:
    """Scale, turn and move the unit outline of a shape into its picture."""
    half = shape.size / 2
    points = UNIT_OUTLINES[shape.kind] * (half, half * shape.aspect)
    turn = radians(shape.angle)
    rotation = np.array([(cos(turn), sin(turn)), (-sin(turn), cos(turn))])
    return points @ rotation + (shape.x, shape.y)
