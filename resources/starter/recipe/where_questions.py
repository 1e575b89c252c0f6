"""Ask where something is, how two things lie to each other, and which is bigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.question import Question, lonely, of_kind, only_shapes, phrase, some_kind
from recipe.scenes import ZONES, clear_zone
from recipe.wording import plural, synonym, word

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Item, Scene

OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}
SAID = {"left of": "to the left of", "right of": "to the right of", "below": "under"}
CLEAR_OF_MIDDLE = 0.08  # of the picture's side
CLEAR_RATIO = 1.25  # of two sizes
CLEAR_SLOPE = 1.3  # how much more sideways than upright two items must lie, or the reverse


def where(rng: Random, scene: Scene) -> Question | None:
    """Ask where in the picture something lies."""
    kind = some_kind(rng, scene, 0.94)
    items = of_kind(scene, kind)
    zones = [clear_zone(item, scene) for item in items]
    if None in zones or len(items) > 2:
        return None
    if len(items) == 2:
        places = list(dict.fromkeys(ZONES[zone] for zone in zones))
        text = word(rng, "wheres", ns=plural(synonym(rng, kind)))
        return Question("where several", text, f"The {plural(kind)} are {' and '.join(places)}.")
    text = word(rng, "where", n=synonym(rng, kind))
    if not items:
        return Question("absent", text, f"There is no {kind}.")
    if len(scene.items) == 1 and items[0].colour and rng.random() < 0.2:
        text = word(rng, "where", n="shape")
        return Question("where", text, f"It is {ZONES[zones[0]]}.", items[0])
    return Question("where", text, f"The {kind} is {ZONES[zones[0]]}.", items[0])


def side(rng: Random, scene: Scene) -> Question | None:
    """Ask on which half of the picture something lies."""
    if not lonely(scene):
        return None
    asked = rng.choice(lonely(scene))
    across, down = asked.x / scene.width - 0.5, asked.y / scene.height - 0.5
    if rng.random() < 0.5 and abs(across) > CLEAR_OF_MIDDLE:
        kind, place = "side", "on the left" if across < 0 else "on the right"
    elif abs(down) > CLEAR_OF_MIDDLE:
        kind, place = "height", "at the top" if down < 0 else "at the bottom"
    else:
        return None
    return Question("side", word(rng, kind, n=asked.kind), f"The {asked.kind} is {place}.", asked)


def relation(rng: Random, scene: Scene) -> Question | None:
    """Ask how two items lie to each other."""
    if len(lonely(scene)) < 2:
        return None
    a, b = rng.sample(lonely(scene), 2)
    true = direction(a, b)
    if true is None:
        return None
    if rng.random() < 0.35:
        text = word(rng, "relative", a=a.kind, b=b.kind)
        return Question("relation", text, f"The {a.kind} is {true} the {b.kind}.", a)
    asked = rng.choice((true, OPPOSITE[true]))
    text = word(rng, "relation", a=a.kind, b=b.kind, r=rng.choice((asked, SAID.get(asked, asked))))
    verdict = "Yes" if asked == true else "No"
    return Question("relation", text, f"{verdict}, the {a.kind} is {true} the {b.kind}.", a)


def beside(rng: Random, scene: Scene) -> Question | None:
    """Ask what lies left of, right of, above or below something, where there are just two."""
    if len(scene.items) != 2 or len(lonely(scene)) != 2:
        return None
    a, b = rng.sample(scene.items, 2)
    true = direction(a, b)
    if true is None:
        return None
    text = word(rng, "beside", r=rng.choice((true, SAID.get(true, true))), b=b.kind)
    return Question("beside", text, f"The {a.kind} is {true} the {b.kind}.", a)


def direction(a: Item, b: Item) -> str | None:
    """How the first lies to the second, or None where it is as much the one as the other."""
    across, down = a.x - b.x, a.y - b.y
    if max(abs(across), abs(down)) < CLEAR_SLOPE * min(abs(across), abs(down)):
        return None
    if abs(across) > abs(down):
        return "left of" if across < 0 else "right of"
    return "above" if down < 0 else "below"


def extent(item: Item) -> float:
    """The side of a square as large as an item's box."""
    return item.size * item.aspect**0.5


def size(rng: Random, scene: Scene) -> Question | None:
    """Ask which of two items is bigger, or for the biggest."""
    if len(scene.items) < 2:
        return None
    if rng.random() < 0.4:
        return extreme(rng, scene)
    if len(lonely(scene)) < 2:
        return None
    a, b = rng.sample(lonely(scene), 2)
    ratio = extent(a) / extent(b)
    if 1 / CLEAR_RATIO < ratio < CLEAR_RATIO:
        return None
    kind = rng.choice(("bigger", "smaller", "is_bigger", "is_smaller"))
    comparative = kind.removeprefix("is_")
    a_wins = (ratio > 1) == (comparative == "bigger")
    text, winner = word(rng, kind, a=a.kind, b=b.kind), a if a_wins else b
    verdict = ("Yes, the " if a_wins else "No, the ") if kind.startswith("is_") else "The "
    return Question("size", text, f"{verdict}{winner.kind} is {comparative}.", winner)


def extreme(rng: Random, scene: Scene) -> Question | None:
    """Ask for the biggest or smallest item."""
    ranked = sorted(scene.items, key=extent)
    name, first, second = rng.choice(
        (("biggest", ranked[-1], ranked[-2]), ("smallest", ranked[0], ranked[1]))
    )
    if 1 / CLEAR_RATIO < extent(first) / extent(second) < CLEAR_RATIO:
        return None
    called = "shape" if only_shapes(scene) else "thing"
    return Question("size", word(rng, name), f"The {name} {called} is the {phrase(first)}.", first)
