"""Ask about two pictures at once: which one shows something, what came, and what went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.kinds import NAMED
from recipe.question import Question, by_place, listed, phrase, some_kind
from recipe.wording import article, synonym, word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from recipe.scenes import Scene

MOST_ITEMS = 3
SHOWS = {
    (True, True): "Both pictures have {a}.",
    (True, False): "The first picture has {a}.",
    (False, True): "The second picture has {a}.",
    (False, False): "Neither picture has {a}.",
}


def can_be_compared(scene: Scene) -> bool:
    """Tell whether every item of a scene has a name, and they are few."""
    kinds = {item.kind for item in scene.items}
    return 1 <= len(scene.items) <= MOST_ITEMS and kinds <= NAMED and scene.recognisable


def compare(rng: Random, first: Scene, second: Scene) -> Question | None:
    """Ask one question about two pictures; None where they cannot be compared."""
    if not (can_be_compared(first) and can_be_compared(second)):
        return None
    draw = rng.random()
    if draw < 0.5:
        return which_shows(rng, first, second)
    if draw < 0.85:
        return Question("two pictures", word(rng, "new"), came(first, second, "new"))
    return Question("two pictures", word(rng, "gone"), came(second, first, "gone"))


def which_shows(rng: Random, first: Scene, second: Scene) -> Question:
    """Ask which of two pictures shows a kind of thing."""
    kind = some_kind(rng, rng.choice((first, second)), 0.85)
    shown = tuple(any(item.kind == kind for item in scene.items) for scene in (first, second))
    text = word(rng, "which_picture", n=synonym(rng, kind))
    return Question("two pictures", text, SHOWS[shown].format(a=article(kind)))


def came(before: Scene, after: Scene, said: str) -> str:
    """Say what the second of two scenes has and the first has not, by its kind."""
    known = {item.kind for item in before.items}
    others = [phrase(item) for item in by_place(after) if item.kind not in known]
    if not others:
        return f"Nothing is {said}."
    parts = [article(one) for one in dict.fromkeys(others)]
    sentence = f"{listed(parts)} {'is' if len(parts) == 1 else 'are'} {said}."
    return sentence[0].upper() + sentence[1:]


def comparable(rng: Random, scenes: Sequence[Scene]) -> tuple[int, int] | None:
    """Draw the numbers of two scenes that can be compared."""
    numbers = [number for number, scene in enumerate(scenes) if can_be_compared(scene)]
    if len(numbers) < 2:
        return None
    first, second = rng.sample(numbers, 2)
    return first, second
