"""A question with its answer, and the phrases that all kinds of questions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from recipe.kinds import NAMED, SHAPES, UNKNOWN, is_written, noun_of
from recipe.scenes import Item, Scene
from recipe.things import THINGS
from recipe.wording import article, plural

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
NOT_SURE = "I am not sure."


@dataclass(frozen=True)
class Question:
    """One question, its answer, and the item it was about, if it was about one."""

    kind: str
    text: str
    answer: str
    subject: Item | None = None


Maker = Callable[[Random, Scene], Question | None]


def of_kind(scene: Scene, kind: str) -> list[Item]:
    """Find the items of a kind, from left to right."""
    return sorted((item for item in scene.items if item.kind == kind), key=lambda item: item.x)


def lonely(scene: Scene) -> list[Item]:
    """Find the named items that are the only ones of their kind."""
    return [i for i in scene.items if i.kind in NAMED and len(of_kind(scene, i.kind)) == 1]


def some_kind(rng: Random, scene: Scene, present: float) -> str:
    """Pick a named kind, with this chance one of the picture's, else mostly a similar one."""
    named = [item.kind for item in scene.items if item.kind in NAMED]
    if named and rng.random() < present:
        return rng.choice(named)
    has_things = any(kind in THINGS for kind in named)
    if rng.random() < (0.75 if has_things else 0.25):
        return rng.choice(list(THINGS))
    return rng.choice(SHAPES)


def only_shapes(scene: Scene) -> bool:
    """Tell whether every item is a shape."""
    return all(item.kind in SHAPES for item in scene.items)


def is_strange(scene: Scene) -> bool:
    """Tell whether the picture shows something without a name here."""
    return any(item.kind == UNKNOWN for item in scene.items)


def noun(item: Item) -> str:
    """What a question calls an item: "circle", "lion", "word", "shape" for a blob."""
    return "shape" if item.kind == UNKNOWN else noun_of(item.kind)


def phrase(item: Item) -> str:
    """Name an item in full: "red circle", "lion", "letter A in red"."""
    if is_written(item.kind):
        return f"{noun_of(item.kind)} {item.spelling} in {item.colour}"
    return f"{item.colour} {item.kind}".strip()


def listed(parts: list[str]) -> str:
    """Join parts as a sentence does."""
    return " and ".join([", ".join(parts[:-1])] * (len(parts) > 1) + parts[-1:])


def by_place(scene: Scene) -> list[Item]:
    """Order items as they are read, from left to right."""
    return sorted(scene.items, key=lambda item: item.x)


def there_is(phrases: list[str]) -> str:
    """Say what there is, equal things counted together: "There are two stars and a moon."."""
    numbers = {thing: phrases.count(thing) for thing in phrases}
    parts = [
        article(thing) if number == 1 else f"{NUMBERS[number]} {plural(thing)}"
        for thing, number in numbers.items()
    ]
    return f"There {'is' if next(iter(numbers.values())) == 1 else 'are'} {listed(parts)}."


def nothing_there(scene: Scene) -> str:
    """Describe a picture without items."""
    return f"I see no shapes, only {article(scene.ground.name or 'gradient')} background."
