"""Decide whether an answer says what was expected, by its key words."""

from __future__ import annotations

import re

from recipe.kinds import KINDS, NAMELESS, last_word
from recipe.palette import COLOURS
from recipe.question import NUMBERS
from recipe.wording import plural

PLACES = ("left", "right", "top", "bottom", "centre", "above", "below")
NAMES = tuple(dict.fromkeys(last_word(kind) for kind in KINDS if kind not in NAMELESS))
SINGULAR = {plural(name): name for name in NAMES} | {"shapes": "shape", "things": "thing"}
HONEST = ("not", "sure")
WHICH = ("first", "second", "Both", "Neither", "Nothing", "new", "gone")
EVERYTHING = frozenset((
    *COLOURS, *NAMES, *NUMBERS, *PLACES, "gradient", "Yes", "No", "text", *HONEST,
))  # fmt: skip
READING = {
    kind: frozenset(("The", "It", "is", "says", kind.split(" ")[-1]))
    for kind in ("word", "free word", "letter", "digit")
}
"""Around what is read; any other word counts."""
FIELDS: dict[str, frozenset[str]] = {
    "colour": frozenset((*COLOURS, "no", *HONEST)),
    "is colour": frozenset((*COLOURS, "Yes", "No", *HONEST)),
    "count": frozenset((*NUMBERS, *HONEST)),
    "ground": frozenset((*COLOURS, "gradient", *HONEST)),
    "exists": frozenset(("Yes", "No", *HONEST)),
    "where": frozenset((*PLACES, *HONEST)),
    "side": frozenset((*PLACES, *HONEST)),
    "relation": frozenset((*PLACES, "Yes", "No", *HONEST)),
    "two pictures": frozenset((*NAMES, *WHICH, *HONEST)),
    "unsure": frozenset(HONEST),
}


def key_words(kind: str, text: str) -> list[str]:
    """Find the words of an answer that carry its meaning, for a kind of question."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    if kind in READING:
        return [word for word in words if word not in READING[kind]]
    wanted = FIELDS.get(kind, EVERYTHING)
    words = [SINGULAR.get(word, word) for word in words]
    return sorted(word for word in words if word in wanted)


def is_right(kind: str, expected: str, answer: str) -> bool:
    """Tell whether an answer has exactly the expected key words."""
    return key_words(kind, expected) == key_words(kind, answer)
