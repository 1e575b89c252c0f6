"""Draw what a scene shows: shapes, things, both, something to read, or something unknown."""

from __future__ import annotations

from math import cos, radians, sin
from typing import TYPE_CHECKING

from recipe.kinds import (
    DIGIT_KINDS,
    FREE_WORD,
    LETTER_KINDS,
    SHAPES,
    UNKNOWN,
    WORD_KINDS,
    last_word,
)
from recipe.lettering import FACES, ink
from recipe.palette import COLOURS
from recipe.scenes import (
    LETTERBOX,
    Ground,
    Item,
    Scene,
    any_rgb,
    random_ground,
    random_size,
    visible_colour,
)
from recipe.things import STRANGERS, THINGS

if TYPE_CHECKING:
    from random import Random

THEMES = {
    "shapes": 0.36, "things": 0.26, "mixed": 0.06, "character": 0.08, "word": 0.16,
    "stranger": 0.035, "blank": 0.02, "static": 0.025,
}  # fmt: skip
SHAPE_WEIGHTS = (1.7, 1.6, 1.3, 1.5, 1.4, 1.0, 1.0, 0.7, 0.8, 0.9, 0.8, 0.7)
COUNT_WEIGHTS = (0.36, 0.24, 0.17, 0.11, 0.06, 0.06)  # of one to six items
LARGEST = (0.85, 0.6, 0.5, 0.45, 0.38, 0.34)  # of the shorter side, by the number of items
FREE_WORDS = 0.25  # of all words
CONSONANTS, VOWELS = "bcdfghjklmnprstvwyz", "aeiou"
SMALLEST_SHAPE, SMALLEST_THING = 24.0, 34.0  # pixels of the letterboxed picture
HELD_OUT_PAIRS = frozenset({
    ("circle", "purple"), ("square", "cyan"), ("star", "green"), ("heart", "blue"),
    ("triangle", "orange"), ("hexagon", "pink"), ("moon", "red"),
})  # fmt: skip


def random_scene(rng: Random, theme: str = "", strangers: str = STRANGERS) -> Scene:
    """Draw a scene of a theme (a random one without): picture size, ground, then its items."""
    theme = theme or rng.choices(list(THEMES), list(THEMES.values()))[0]
    width, height = random_size(rng)
    if theme == "static":
        return Scene(
            width, height, Ground("static", None, any_rgb(rng), any_rgb(rng), rng.random())
        )
    scene = Scene(width, height, random_ground(rng))
    if theme in ("character", "word"):
        write(rng, scene, theme)
    elif theme == "stranger":
        place(rng, scene, stranger(rng, scene.ground, strangers), 1)
    elif theme != "blank":
        count = rng.choices(range(1, 7), COUNT_WEIGHTS)[0]
        for item in random_cast(rng, scene.ground, theme, count):
            place(rng, scene, item, count)
    return scene


def random_cast(rng: Random, ground: Ground, theme: str, count: int) -> list[Item]:
    """Draw the items, yet without places; often few kinds, so that counting pays."""
    few = [random_kind(rng, theme) for _ in range(rng.choice((1, 1, 2)))]
    colours = rng.sample(COLOURS, rng.choice((1, 2)))
    repeat_kinds, repeat_colours = rng.random() < 0.5, rng.random() < 0.3
    items = []
    for _ in range(count):
        kind = rng.choice(few) if repeat_kinds else random_kind(rng, theme)
        colour = rng.choice(colours) if repeat_colours else rng.choice(COLOURS)
        items.append(thing(rng, kind) if kind in THINGS else shape(rng, ground, kind, colour))
    return items


def random_kind(rng: Random, theme: str) -> str:
    """Draw the kind of a shape or thing."""
    if theme == "things" or (theme == "mixed" and rng.random() < 0.5):
        return rng.choice(list(THINGS))
    return rng.choices(SHAPES, SHAPE_WEIGHTS)[0]


def thing(rng: Random, name: str) -> Item:
    """Take one of a thing's emoji, leaning a little, or mirrored."""
    item = Item(name, "", (0, 0, 0), 0, 0, 0, text=rng.choice(THINGS[name]))
    item.mirrored = rng.random() < 0.3
    item.angle = rng.uniform(-20, 20) if rng.random() < 0.4 else 0.0
    return item


def stranger(rng: Random, ground: Ground, strangers: str) -> Item:
    """Take an emoji that has no name here, or a blob."""
    if rng.random() < 0.6:
        return Item(UNKNOWN, "", (0, 0, 0), 0, 0, 0, text=rng.choice(strangers))
    colour, rgb = visible_colour(rng, ground, rng.choice(COLOURS))
    return Item(UNKNOWN, colour, rgb, 0, 0, 0, wobble=rng.randrange(1, 2**31))


def shape(rng: Random, ground: Ground, kind: str, colour: str) -> Item:
    """Draw a shape's colour, proportions and manner; held-out pairs never come."""
    colour, rgb = visible_colour(rng, ground, colour)
    while (kind, colour) in HELD_OUT_PAIRS:
        colour, rgb = visible_colour(rng, ground, rng.choice(COLOURS))
    aspect, angle = proportions(rng, kind)
    item = Item(kind, colour, rgb, 0, 0, 0, aspect, angle)
    style = rng.random()
    if style < 0.16:
        item.stroke = rng.uniform(0.015, 0.12)  # of its size, until it is placed
    elif style < 0.28:
        item.border = (0, 0, 0) if rng.random() < 0.7 else any_rgb(rng)
    if rng.random() < 0.12:
        item.wobble = rng.randrange(1, 2**31)
    return item


def proportions(rng: Random, kind: str) -> tuple[float, float]:
    """Draw the aspect and angle that a kind of shape may have."""
    angle = rng.uniform(-20, 20) if rng.random() < 0.35 else 0.0
    if kind in ("oval", "rectangle"):
        return rng.uniform(0.4, 0.72), angle + rng.choice((0, 0, 90))
    if kind == "diamond":
        return rng.choice((1.0, rng.uniform(0.55, 1.0))), angle / 2 + rng.choice((0, 90))
    if kind in ("triangle", "moon", "star", "pentagon", "hexagon") and rng.random() < 0.3:
        angle = rng.uniform(0, 360)
    if kind == "triangle":
        return rng.choice((1.0, rng.uniform(0.75, 1.0))), angle
    return 1.0, angle


def place(rng: Random, scene: Scene, item: Item, count: int) -> None:
    """Put an item where there is room for it, smaller and smaller; without room it is left out."""
    short, scale = min(scene.width, scene.height), LETTERBOX / max(scene.width, scene.height)
    smallest = max((SMALLEST_THING if item.text else SMALLEST_SHAPE) / scale, 9)
    stroke = item.stroke
    for attempt in range(30):
        largest = max(smallest, short * LARGEST[count - 1] * 0.95**attempt)
        item.size = rng.uniform(smallest, largest)
        half = item.size / 2
        item.x = rng.uniform(half, max(half, scene.width - half))
        item.y = rng.uniform(half, max(half, scene.height - half))
        if count == 1 and rng.random() < 0.35:
            item.x, item.y = scene.width / 2, scene.height / 2
        if not any(too_close(item, other) for other in scene.items):
            item.stroke = max(1.0, 0.75 / scale, item.size * stroke) if stroke else 0.0
            scene.items.append(item)
            return


def too_close(first: Item, second: Item) -> bool:
    """Tell whether two items might touch."""
    reach = (first.size + second.size) / 2 * 1.02
    return (first.x - second.x) ** 2 + (first.y - second.y) ** 2 < reach**2


def write(rng: Random, scene: Scene, theme: str) -> None:
    """Write a letter, a digit or a word, large."""
    colour, rgb = visible_colour(rng, scene.ground, rng.choice(("black", *COLOURS)))
    item = Item(written_kind(rng, theme), colour, rgb, scene.width / 2, scene.height / 2, 0)
    item.text = typed(rng, item.kind)
    item.face = rng.choice(FACES)
    item.angle = rng.uniform(-12, 12) if rng.random() < 0.3 else 0.0
    across, down = turned_ink(item)
    widest = scene.width * rng.uniform(0.6, 0.92) / across
    tallest = scene.height * rng.uniform(0.4, 0.85) / down
    item.size = min(widest, tallest)
    room_x = max(0.0, 0.48 * scene.width - across * item.size / 2)
    room_y = max(0.0, 0.48 * scene.height - down * item.size / 2)
    item.x += rng.uniform(-room_x, room_x)
    item.y += rng.uniform(-room_y, room_y)
    scene.items.append(item)


def turned_ink(item: Item) -> tuple[float, float]:
    """Width and height of an item's text as it is turned, for type of size one."""
    left, top, right, bottom = ink(item.face, item.text)
    turn = radians(abs(item.angle))
    width, height = right - left, bottom - top
    return width * cos(turn) + height * sin(turn), width * sin(turn) + height * cos(turn)


def written_kind(rng: Random, theme: str) -> str:
    """Draw a letter, a digit, a word of the closed list, or now and then any word."""
    if theme == "word":
        return FREE_WORD if rng.random() < FREE_WORDS else rng.choice(WORD_KINDS)
    return rng.choice(rng.choice((LETTER_KINDS, DIGIT_KINDS, LETTER_KINDS)))


def free_word(rng: Random) -> str:
    """Make a word of three to six letters that can be spoken, mostly of no language."""
    length = rng.randint(3, 6)
    parts = [CONSONANTS, VOWELS] if rng.random() < 0.7 else [VOWELS, CONSONANTS]
    return "".join(rng.choice(parts[place % 2]) for place in range(length))


def typed(rng: Random, kind: str) -> str:
    """Choose between lower and upper case, where they cannot be mistaken for something else."""
    text = free_word(rng) if kind == FREE_WORD else last_word(kind)
    if kind.startswith("word"):
        return rng.choice((text.upper(), text.upper(), text, text.capitalize()))
    ambiguous = text in "ILO" or not text.isalpha()
    return text.lower() if rng.random() < 0.35 and not ambiguous else text
