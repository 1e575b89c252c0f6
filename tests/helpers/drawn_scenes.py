"""Pictures of a circle among other shapes, with where the circle is."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

COLOURS = {
    "red": (220, 40, 40),
    "green": (40, 160, 60),
    "blue": (40, 80, 210),
    "yellow": (240, 210, 40),
    "purple": (130, 50, 160),
    "orange": (245, 140, 30),
}
GROUNDS = ((255, 255, 255), (235, 235, 235), (200, 220, 240), (250, 240, 210))
SIZES = ((400, 300), (320, 320), (300, 400), (640, 480))
GAP = 6


@dataclass(frozen=True)
class Scene:
    """A picture as PNG bytes, and the circle in it."""

    data: bytes
    colour: str
    centre: tuple[float, float]
    radius: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies within the circle."""
        return (x - self.centre[0]) ** 2 + (y - self.centre[1]) ** 2 <= self.radius**2


def draw_scene(seed: int) -> Scene:
    """Draw a circle and none to two other shapes, apart from each other, of different colours."""
    chance = random.Random(seed)
    width, height = chance.choice(SIZES)
    picture = Image.new("RGB", (width, height), chance.choice(GROUNDS))
    pen = ImageDraw.Draw(picture)
    others = chance.sample(["square", "triangle"], chance.choice([0, 1, 1, 2]))
    colours = chance.sample(list(COLOURS), 1 + len(others))
    boxes: list[tuple[float, float, float, float]] = []
    for shape, colour in zip(["circle", *others], colours, strict=True):
        box = _free_box(chance, width, height, boxes)
        if box is not None:
            boxes.append(box)
            _draw(pen, shape, box, COLOURS[colour])
    left, top, right, bottom = boxes[0]
    data = io.BytesIO()
    picture.save(data, "PNG")
    centre = (left + right) / 2, (top + bottom) / 2
    return Scene(data.getvalue(), colours[0], centre, (right - left) / 2)


def _free_box(
    chance: random.Random, width: int, height: int, taken: list[tuple[float, float, float, float]]
) -> tuple[float, float, float, float] | None:
    for _ in range(200):
        side = chance.uniform(0.18, min(0.4, 0.8 * min(width, height) / max(width, height)))
        size = side * max(width, height)
        left, top = chance.uniform(4, width - size - 4), chance.uniform(4, height - size - 4)
        box = (left, top, left + size, top + size)
        if all(_apart(box, other) for other in taken):
            return box
    return None


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[2] + GAP < other[0]
        or other[2] + GAP < one[0]
        or one[3] + GAP < other[1]
        or other[3] + GAP < one[1]
    )


def _draw(
    pen: ImageDraw.ImageDraw,
    shape: str,
    box: tuple[float, float, float, float],
    colour: tuple[int, int, int],
) -> None:
    left, top, right, bottom = box
    if shape == "triangle":
        pen.polygon([((left + right) / 2, top), (left, bottom), (right, bottom)], fill=colour)
    else:
        {"circle": pen.ellipse, "square": pen.rectangle}[shape](box, fill=colour)
