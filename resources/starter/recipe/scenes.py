"""What is in a picture: its items, their colours, sizes and places, and its ground."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recipe.kinds import UNKNOWN, category, is_written
from recipe.palette import COLOURS, Rgb, colour_distance, named_colour

if TYPE_CHECKING:
    from random import Random

COMMON_SIZES = (
    (400, 300), (640, 480), (1024, 768), (800, 600), (512, 512), (256, 256), (224, 224),
    (300, 300), (320, 240), (1280, 720), (100, 100), (200, 200), (300, 400), (480, 640), (400, 400),
)  # fmt: skip
LETTERBOX = 192
MINIMUM_CONTRAST = 150.0
ZONES = (
    "at the top left", "at the top", "at the top right",
    "on the left", "in the centre", "on the right",
    "at the bottom left", "at the bottom", "at the bottom right",
)  # fmt: skip
CLEAR_OF_ZONE_LINES = 0.035  # of the picture's side


@dataclass
class Ground:
    """What the items lie on: `name` is None where no single colour names it."""

    texture: str  # plain, gradient, noisy, mottled or static (static: nothing can be recognised)
    name: str | None
    first: Rgb
    second: Rgb
    strength: float = 0.0


@dataclass
class Item:
    """One drawn item; lengths in pixels of the picture, angle in degrees, clockwise."""

    kind: str  # one of recipe.kinds.KINDS
    colour: str  # its name, or "" for emoji
    rgb: Rgb
    x: float
    y: float
    size: float  # the longer side of its box before turning; of text the size of the type
    aspect: float = 1.0  # the shorter side as a share of the longer one
    angle: float = 0.0
    stroke: float = 0.0  # 0: filled; else the width of the outline
    border: Rgb | None = None  # a thin line of another colour around a filled shape
    wobble: int = 0  # a seed where the outline is drawn by hand
    text: str = ""  # the emoji, letters or digit to draw
    face: str = ""  # the font file of letters and digits
    mirrored: bool = False

    @property
    def spelling(self) -> str:
        """What is written: words in lower case, single letters in upper case."""
        return self.text.lower() if self.kind.startswith("word") else self.text.upper()


@dataclass
class Scene:
    """Everything that a picture shows."""

    width: int
    height: int
    ground: Ground
    items: list[Item] = field(default_factory=list)

    @property
    def recognisable(self) -> bool:
        """False for static, where the honest answer is "I am not sure."."""
        return self.ground.texture != "static"

    @property
    def written(self) -> bool:
        """Tell whether there is something to read; such pictures must not be mirrored."""
        return any(is_written(item.kind) for item in self.items)


def random_size(rng: Random) -> tuple[int, int]:
    """Draw a picture size between 64 and 4000 pixels, the common ones often, large ones seldom."""
    if rng.random() < 0.45:
        weights = [0.06 if max(size) > 900 else 1.0 for size in COMMON_SIZES]
        return rng.choices(COMMON_SIZES, weights)[0]
    longest = 64 * (4000 / 64) ** (rng.random() ** 3)
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
            return Ground(texture, None, first, any_rgb(rng))
        factor = rng.uniform(0.82, 0.95)
        red, green, blue = (round(level * factor) for level in first)
        return Ground(texture, name, first, (red, green, blue))
    return Ground(texture, name, first, first, rng.uniform(2, 16))


def standing_out(rng: Random, ground: Ground, colour: str) -> Rgb | None:
    """Draw a shade of a colour that can be told from the ground, or None."""
    if colour == ground.name:
        return None
    for _ in range(4):
        rgb = named_colour(rng, colour)
        if all(colour_distance(rgb, g) > MINIMUM_CONTRAST for g in (ground.first, ground.second)):
            return rgb
    return None


def visible_colour(rng: Random, ground: Ground, wanted: str) -> tuple[str, Rgb]:
    """Give the wanted colour if it stands out from the ground, else another that does."""
    for colour in (wanted, *rng.sample(COLOURS, len(COLOURS))):
        rgb = standing_out(rng, ground, colour)
        if rgb is not None:
            return colour, rgb
    return ("black", (0, 0, 0)) if sum(ground.first) > 380 else ("white", (255, 255, 255))


def any_rgb(rng: Random) -> Rgb:
    """Draw any colour."""
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def zone_of(item: Item, scene: Scene) -> int:
    """Which ninth of the picture the middle of an item lies in, by rows."""
    column = min(2, max(0, int(3 * item.x / scene.width)))
    row = min(2, max(0, int(3 * item.y / scene.height)))
    return 3 * row + column


def clear_zone(item: Item, scene: Scene) -> int | None:
    """The zone of an item, or None where it lies too near to another zone to tell."""
    for place, side in ((item.x, scene.width), (item.y, scene.height)):
        share = place / side
        if min(abs(share - 1 / 3), abs(share - 2 / 3)) < CLEAR_OF_ZONE_LINES:
            return None
    return zone_of(item, scene)


def theme_of(scene: Scene) -> str:
    """Tell what a scene shows, in the words of `recipe.casts.THEMES`."""
    if not scene.items:
        return "blank" if scene.recognisable else "static"
    categories = {category(item.kind) for item in scene.items}
    return categories.pop() if len(categories) == 1 else "mixed"


def focused(scene: Scene, focus: tuple[str, ...]) -> Scene:
    """The scene as a model sees it that has names for some categories only."""
    if all(category(item.kind) in focus for item in scene.items):
        return scene
    items = [
        item if category(item.kind) in focus else replace(item, kind=UNKNOWN)
        for item in scene.items
    ]
    return replace(scene, items=items)
