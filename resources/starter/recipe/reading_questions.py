"""Ask what a picture says: a letter, a digit or a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.kinds import FREE_WORD, noun_of
from recipe.question import NOT_SURE, Question, is_strange
from recipe.wording import word

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Scene


def read(rng: Random, scene: Scene) -> Question:
    """Ask to read; where there is nothing to read, the answer says so."""
    if is_strange(scene):
        return Question("unsure", word(rng, "read"), NOT_SURE)
    if not scene.written:
        noun = rng.choice(("letter", "digit", "word"))
        text = word(rng, rng.choice(("read", f"read_{noun}")))
        return Question("nothing to read", text, "There is no text.")
    item = scene.items[0]
    noun = noun_of(item.kind)
    text = word(rng, rng.choice(("read", f"read_{noun}")))
    kind = "free word" if item.kind == FREE_WORD else noun
    return Question(kind, text, f"The {noun} is {item.spelling}.", item)
