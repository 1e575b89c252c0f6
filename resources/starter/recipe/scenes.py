"""What is in a picture: its shapes, colours, sizes and places, and its ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recipe.palette import COLOURS, Rgb, colour_distance, named_colour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

SHAPES = (
    "circle", "square", "rectangle", "triangle", "star", "oval", "diamond", "pentagon", "hexagon",
    "heart", "cross", "moon",
)  # fmt: skip
SHAPE_WEIGHTS = (1.7, 1.6, 1.3, 1.5, 1.4, 1.0, 1.0, 0.7, 0.8, 0.9, 0.8, 0.7)
COUNT_WEIGHTS = (0.4, 0.26, 0.2, 0.14)  # of one to four shapes
COMMON_SIZES = (
    (400, 300), (640, 480), (1024, 768), (800, 600), (512, 512), (256, 256), (224, 224),
    (300, 300), (320, 240), (1280, 720), (100, 100), (200, 200), (300, 400), (480, 640), (400, 400),
)  # fmt: skip
LETTERBOX = 192
SMALLEST_SHAPE = 24.0  # pixels of the letterboxed picture, an eighth of it: one patch
MINIMUM_CONTRAST = 150.0


@dataclass
class Ground:
    """What the shapes lie on: `name` is None where no single colour names it."""

    texture: str  # plain, gradient, noisy, mottled or static (static: nothing can be recognised)
    name: str | None
    first: Rgb
    second: Rgb
    strength: float = 0.0


@dataclass
class Shape:
    """One drawn shape; lengths in pixels of the picture, angle in degrees."""

    kind: str
    colour: str
    rgb: Rgb
    x: float
    y: float
    size: float  # the longer side of its box before turning
    aspect: float  # the shorter side as a share of the longer one
    angle: float
    stroke: float = 0.0  # 0: filled; else the width of the outline
    border: Rgb | None = None  # a thin line of another colour around a filled shape


@dataclass
class Scene:
    """Everything that a picture shows."""

    width: int
    height: int
    ground: Ground
    shapes: list[Shape] = field(default_factory=list)

    @property
    def recognisable(self) -> bool:
        """False for static, where the honest answer is "I am not sure."."""
        return self.ground.texture != "static"


def is_covered(scene: Scene) -> bool:
    """Tell whether this version can be expected to see it: few shapes, none of them tiny."""
    scale = LETTERBOX / max(scene.width, scene.height)
    large = all(shape.size * scale >= SMALLEST_SHAPE for shape in scene.shapes)
    return large and len(scene.shapes) <= len(COUNT_WEIGHTS)


def random_scene(rng: Random) -> Scene:
    """Draw a scene: picture size, ground, then shapes that keep clear of each other."""
    width, height = random_size(rng)
    draw = rng.random()
    if draw < 0.025:
        return Scene(
            width, height, Ground("static", None, _any_rgb(rng), _any_rgb(rng), rng.random())
        )
    scene = Scene(width, height, random_ground(rng))
    if draw > 0.045:
        count = rng.choices(range(1, 1 + len(COUNT_WEIGHTS)), COUNT_WEIGHTS)[0]
        for kind, colour in random_cast(rng, count):
            place_shape(rng, scene, kind, colour, count)
    return scene


def random_size(rng: Random) -> tuple[int, int]:
    """Draw a picture size between 64 and 2000 pixels, the common ones often."""
    if rng.random() < 0.45:
        weights = [0.25 if max(size) > 900 else 1.0 for size in COMMON_SIZES]
        return rng.choices(COMMON_SIZES, weights)[0]
    longest = 64 * (2000 / 64) ** (rng.random() ** 1.7)
    ratio = rng.choice((1.0, rng.uniform(0.5, 1.0), rng.uniform(0.7, 1.0)))
    sides = [round(longest), max(48, round(longest * ratio))]
    if rng.random() < 0.4:
        sides.reverse()
    return sides[0], sides[1]


def random_ground(rng: Random) -> Ground:
    """Draw a ground: white, light and black ones often, gradients and noise sometimes."""
    name = rng.choices(
        ("white", "black", "grey", rng.choice(COLOURS)), weights=(0.42, 0.12, 0.1, 0.36)
    )[0]
    exact_white = name == "white" and rng.random() < 0.7
    first = (255, 255, 255) if exact_white else named_colour(rng, name, ground=True)
    texture = rng.choices(("plain", "gradient", "noisy", "mottled"), (0.72, 0.12, 0.11, 0.05))[0]
    if texture == "gradient":
        if rng.random() < 0.5:
            return Ground(texture, None, first, _any_rgb(rng))
        factor = rng.uniform(0.82, 0.95)
        red, green, blue = (round(level * factor) for level in first)
        return Ground(texture, name, first, (red, green, blue))
    return Ground(texture, name, first, first, rng.uniform(2, 16))


def random_cast(rng: Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield the kind and colour of each shape; often few kinds, so that counting pays."""
    kinds = list(SHAPES)
    colours = list(COLOURS)
    weights = list(SHAPE_WEIGHTS)
    few_kinds = rng.choices(kinds, weights, k=rng.choice((1, 1, 2)))
    few_colours = rng.sample(colours, rng.choice((1, 2)))
    repeat_kinds, repeat_colours = rng.random() < 0.5, rng.random() < 0.3
    for _ in range(count):
        kind = rng.choice(few_kinds) if repeat_kinds else rng.choices(kinds, weights)[0]
        colour = rng.choice(few_colours) if repeat_colours else rng.choice(colours)
        yield kind, colour


def place_shape(rng: Random, scene: Scene, kind: str, colour: str, count: int) -> None:
    """Add one shape where there is room for it, in a colour that stands out from the ground."""
    rgb = _standing_out(rng, scene.ground, colour)
    if rgb is None:
        colour, rgb = _another_colour(rng, scene.ground)
    for attempt in range(30):
        shape = _random_shape(rng, scene, kind, colour, rgb, count, shrink=0.95**attempt)
        if not any(_too_close(shape, other) for other in scene.shapes):
            scene.shapes.append(shape)
            return


def _random_shape(
    rng: Random, scene: Scene, kind: str, colour: str, rgb: Rgb, count: int, shrink: float
) -> Shape:
    short, scale = min(scene.width, scene.height), LETTERBOX / max(scene.width, scene.height)
    smallest = max(SMALLEST_SHAPE / scale, 9)
    largest = short * shrink * (0.85, 0.6, 0.5, 0.45)[count - 1]
    size = rng.uniform(smallest, max(smallest, largest))
    aspect, angle = _proportions(rng, kind)
    x = rng.uniform(size / 2, max(size / 2, scene.width - size / 2))
    y = rng.uniform(size / 2, max(size / 2, scene.height - size / 2))
    if count == 1 and rng.random() < 0.35:
        x, y = scene.width / 2, scene.height / 2
    shape = Shape(kind, colour, rgb, x, y, size, aspect, angle)
    style = rng.random()
    if style < 0.16:
        shape.stroke = max(1.0, 0.75 / scale, size * rng.uniform(0.015, 0.12))
    elif style < 0.28:
        shape.border = (0, 0, 0) if rng.random() < 0.7 else _any_rgb(rng)
    return shape


def _proportions(rng: Random, kind: str) -> tuple[float, float]:
    angle = rng.uniform(-15, 15) if rng.random() < 0.35 else 0.0
    if kind in ("oval", "rectangle"):
        return rng.uniform(0.4, 0.72), angle + rng.choice((0, 0, 90))
    if kind == "diamond":
        return rng.choice((1.0, rng.uniform(0.55, 1.0))), angle / 2 + rng.choice((0, 90))
    if kind in ("triangle", "moon", "star", "pentagon", "hexagon") and rng.random() < 0.3:
        angle = rng.uniform(0, 360)
    if kind == "triangle":
        return rng.choice((1.0, rng.uniform(0.75, 1.0))), angle
    return 1.0, angle


def _standing_out(rng: Random, ground: Ground, colour: str) -> Rgb | None:
    if colour == ground.name:
        return None
    for _ in range(4):
        rgb = named_colour(rng, colour)
        if all(colour_distance(rgb, g) > MINIMUM_CONTRAST for g in (ground.first, ground.second)):
            return rgb
    return None


def _another_colour(rng: Random, ground: Ground) -> tuple[str, Rgb]:
    for colour in rng.sample(COLOURS, len(COLOURS)):
        rgb = _standing_out(rng, ground, colour)
        if rgb is not None:
            return colour, rgb
    return ("black", (0, 0, 0)) if sum(ground.first) > 380 else ("white", (255, 255, 255))


def _too_close(first: Shape, second: Shape) -> bool:
    reach = (first.size + second.size) / 2
    return (first.x - second.x) ** 2 + (first.y - second.y) ** 2 < (reach * 1.02) ** 2


def _any_rgb(rng: Random) -> Rgb:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


ZONES = (
    "at the top left", "at the top", "at the top right",
    "on the left", "in the centre", "on the right",
    "at the bottom left", "at the bottom", "at the bottom right",
)  # fmt: skip


def zone_of(shape: Shape, scene: Scene) -> int:
    """Which ninth of the picture the middle of a shape lies in, by rows."""
    column = min(2, max(0, int(3 * shape.x / scene.width)))
    row = min(2, max(0, int(3 * shape.y / scene.height)))
    return 3 * row + column
