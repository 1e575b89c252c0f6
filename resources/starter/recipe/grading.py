"""Decide whether an answer says what was expected, by its key words."""

from __future__ import annotations

import re

from recipe.palette import COLOURS
from recipe.questions import NUMBERS
from recipe.scenes import SHAPES
from recipe.wording import plural

PLACES = ("left", "right", "top", "bottom", "centre", "above", "below")
SINGULAR = {plural(shape): shape for shape in SHAPES} | {"shapes": "shape"}
FIELDS: dict[str, tuple[str, ...]] = {
    "colour": (*COLOURS, "no"),
    "is colour": (*COLOURS, "Yes", "No"),
    "shape": SHAPES,
    "count": NUMBERS,
    "ground": (*COLOURS, "gradient"),
    "exists": ("Yes", "No"),
    "where": PLACES,
    "side": PLACES,
    "relation": (*PLACES, "Yes", "No"),
    "size": (*SHAPES, *COLOURS, "Yes", "No"),
}
EVERYTHING = (*COLOURS, *SHAPES, *NUMBERS, *PLACES, "gradient", "Yes", "No", "not", "sure")


def key_words(kind: str, text: str) -> list[str]:
    """Find the words of an answer that carry its meaning, for a kind of question."""
    wanted = FIELDS.get(kind, EVERYTHING)
    words = [SINGULAR.get(word, word) for word in re.findall(r"[A-Za-z]+", text)]
    return sorted(word for word in words if word in wanted)


def is_right(kind: str, expected: str, answer: str) -> bool:
    """Tell whether an answer has exactly the expected key words."""
    return key_words(kind, expected) == key_words(kind, answer)
