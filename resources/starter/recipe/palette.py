"""The colours that pictures are painted with, and the name that an answer gives to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

Rgb = tuple[int, int, int]

ANCHORS: dict[str, list[Rgb]] = {
    "red": [
        (255, 0, 0), (255, 0, 0), (220, 20, 60), (178, 34, 34), (200, 40, 40), (229, 57, 53),
        (139, 0, 0), (255, 59, 48), (210, 60, 60),
    ],
    "orange": [
        (255, 165, 0), (255, 140, 0), (245, 124, 0), (230, 126, 34), (237, 135, 45), (255, 120, 0),
        (255, 152, 0),
    ],
    "yellow": [
        (255, 255, 0), (255, 255, 0), (255, 215, 0), (253, 216, 53), (241, 196, 15),
        (240, 220, 70), (255, 235, 59),
    ],
    "green": [
        (0, 128, 0), (0, 255, 0), (34, 139, 34), (50, 205, 50), (46, 204, 113), (67, 160, 71),
        (60, 179, 113), (0, 100, 0), (107, 142, 35), (76, 175, 80), (128, 128, 0),
    ],
    "cyan": [
        (0, 255, 255), (64, 224, 208), (0, 206, 209), (72, 209, 204), (38, 198, 218),
        (0, 188, 212), (0, 139, 139),
    ],
    "blue": [
        (0, 0, 255), (0, 0, 255), (30, 144, 255), (65, 105, 225), (0, 0, 128), (70, 130, 180),
        (33, 150, 243), (52, 152, 219), (100, 149, 237), (0, 0, 205), (41, 98, 255),
    ],
    "purple": [
        (128, 0, 128), (147, 112, 219), (138, 43, 226), (106, 27, 154), (156, 39, 176),
        (102, 51, 153), (148, 0, 211), (155, 89, 182), (75, 0, 130),
    ],
    "pink": [
        (255, 192, 203), (255, 105, 180), (255, 20, 147), (244, 143, 177), (240, 98, 146),
        (255, 182, 193), (255, 0, 255), (233, 30, 99),
    ],
    "brown": [
        (165, 42, 42), (139, 69, 19), (121, 85, 72), (160, 82, 45), (101, 67, 33), (109, 76, 65),
        (150, 90, 40), (130, 80, 50),
    ],
    "black": [(0, 0, 0), (0, 0, 0), (20, 20, 20), (33, 33, 33), (40, 40, 45)],
    "white": [(255, 255, 255), (255, 255, 255), (250, 250, 250), (245, 245, 245)],
    "grey": [
        (128, 128, 128), (169, 169, 169), (158, 158, 158), (105, 105, 105), (192, 192, 192),
        (100, 100, 100), (211, 211, 211), (112, 128, 144),
    ],
}  # fmt: skip

GROUND_TINTS: dict[str, list[Rgb]] = {
    "blue": [(173, 216, 230), (200, 220, 255), (135, 206, 235), (20, 30, 80)],
    "yellow": [(255, 250, 190), (255, 245, 170)],
    "green": [(200, 240, 200), (144, 238, 144), (20, 60, 30)],
    "pink": [(255, 218, 225), (250, 200, 220)],
    "grey": [(225, 225, 225), (230, 230, 230), (60, 60, 60), (80, 80, 80)],
    "white": [(248, 248, 248), (252, 252, 250)],
}

COLOURS = tuple(ANCHORS)


def named_colour(rng: Random, name: str, *, ground: bool = False) -> Rgb:
    """Draw a shade of a named colour: an exact anchor half of the time, else a near neighbour."""
    shades = ANCHORS[name]
    if ground and name in GROUND_TINTS and rng.random() < 0.6:
        shades = GROUND_TINTS[name]
    shade = rng.choice(shades)
    if rng.random() < 0.5:
        return shade
    red, green, blue = (min(255, max(0, level + rng.randint(-11, 11))) for level in shade)
    return red, green, blue


def colour_distance(first: Rgb, second: Rgb) -> float:
    """Tell how different two colours look ("redmean"; black to white is about 765)."""
    mean_red = (first[0] + second[0]) / 2
    red, green, blue = (a - b for a, b in zip(first, second, strict=True))
    weighted = (2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2
    return weighted**0.5
