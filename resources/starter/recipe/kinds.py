"""Everything that a picture can show, as one closed list, and the parts of speech of each."""

from __future__ import annotations

from recipe.things import THINGS
from recipe.words import DIGITS, LETTERS, WORDS

SHAPES = (
    "circle", "square", "rectangle", "triangle", "star", "oval", "diamond", "pentagon", "hexagon",
    "heart", "cross", "moon",
)  # fmt: skip
LETTER_KINDS = tuple(f"letter {letter}" for letter in LETTERS)
DIGIT_KINDS = tuple(f"digit {digit}" for digit in DIGITS)
WORD_KINDS = tuple(f"word {word}" for word in WORDS)
FREE_WORD = "word *"  # spells something that is not in the closed list
UNKNOWN = "unknown"
KINDS = (*SHAPES, *THINGS, *LETTER_KINDS, *DIGIT_KINDS, *WORD_KINDS, FREE_WORD, UNKNOWN)
NAMELESS = (FREE_WORD, UNKNOWN)
KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS, start=1)}
CHARACTERS = LETTERS + DIGITS
NAMED = frozenset((*SHAPES, *THINGS))
CATEGORIES = ("shapes", "things", "character", "word")
WRITTEN = ("letter", "digit", "word")


def noun_of(kind: str) -> str:
    """The noun that questions use: "letter" for "letter A", the kind itself for what has a name."""
    return kind.split(" ")[0]


def is_written(kind: str) -> bool:
    """Tell whether a kind is something to read."""
    return noun_of(kind) in WRITTEN


def last_word(kind: str) -> str:
    """The word that names a kind: "tiger" of "word tiger", "A" of "letter A"."""
    return kind.split(" ")[-1]


def category(kind: str) -> str:
    """Which part of the closed list a kind is from, as `recipe.casts.THEMES` calls it."""
    if kind in SHAPES:
        return "shapes"
    if kind in THINGS:
        return "things"
    noun = noun_of(kind)
    return {"letter": "character", "digit": "character", "word": "word"}.get(noun, "stranger")
