"""Ask what there is: colours, shapes, names, numbers, the ground, a description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.kinds import SHAPES, is_written
from recipe.palette import COLOURS
from recipe.question import (
    NOT_SURE,
    NUMBERS,
    Question,
    by_place,
    is_strange,
    listed,
    lonely,
    nothing_there,
    noun,
    of_kind,
    only_shapes,
    phrase,
    some_kind,
    there_is,
)
from recipe.wording import article, plural, synonym, word

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Scene


def colour(rng: Random, scene: Scene) -> Question | None:
    """Ask for the colour of an item, or of all items of a kind."""
    coloured = [item for item in scene.items if item.colour]
    if len(scene.items) == 1 and coloured and rng.random() < 0.4:
        return Question(
            "colour", word(rng, "colour_only"), f"It is {coloured[0].colour}.", coloured[0]
        )
    if not coloured and rng.random() < 0.8:
        return None
    absent = not coloured or rng.random() < 0.06
    kind = rng.choice(SHAPES) if absent else rng.choice(coloured).kind
    items = of_kind(scene, kind)
    called = noun(items[0]) if items else kind
    if len(items) > 1:
        colours = list(dict.fromkeys(item.colour for item in items))
        if len(colours) > 3 or (len(colours) > 1 and rng.random() < 0.7):
            return None
        text = word(rng, "colours", ns=plural(synonym(rng, called)))
        return Question("colours", text, f"The {plural(called)} are {listed(colours)}.")
    text = word(rng, "colour", n=synonym(rng, called))
    if not items:
        return Question("absent", text, f"There is no {kind}.")
    return Question("colour", text, f"The {called} is {items[0].colour}.", items[0])


def is_colour(rng: Random, scene: Scene) -> Question | None:
    """Ask whether a shape has a colour."""
    coloured = [item for item in lonely(scene) if item.colour]
    if not coloured:
        return None
    item = rng.choice(coloured)
    asked = item.colour if rng.random() < 0.5 else rng.choice(COLOURS)
    text = word(rng, "is_colour", n=item.kind, c=synonym(rng, asked))
    verdict = "Yes" if asked == item.colour else "No"
    return Question("is colour", text, f"{verdict}, the {item.kind} is {item.colour}.", item)


def shape(rng: Random, scene: Scene) -> Question | None:
    """Ask what shape it is, or what shape the red one is."""
    if not scene.items:
        return Question("blank", word(rng, "shape_only"), nothing_there(scene))
    if is_strange(scene):
        return Question("unsure", word(rng, "shape_only"), NOT_SURE, scene.items[0])
    if not only_shapes(scene):
        return None
    if len(scene.items) == 1 and rng.random() < 0.8:
        only = scene.items[0]
        return Question("shape", word(rng, "shape_only"), f"It is {article(only.kind)}.", only)
    asked = rng.choice(scene.items)
    same = [item for item in scene.items if item.colour == asked.colour]
    if len(same) == 1 and rng.random() < 0.7:
        answer = f"The {asked.colour} shape is {article(asked.kind)}."
        text = word(rng, "shape_of", c=synonym(rng, asked.colour))
        return Question("shape", text, answer, asked)
    text = word(rng, rng.choice(("shape_list", "shape_list", "shape_only")))
    return Question("list", text, there_is([item.kind for item in by_place(scene)]))


def name(rng: Random, scene: Scene) -> Question | None:
    """Ask what the only item is."""
    if len(scene.items) != 1:
        return None
    only = scene.items[0]
    if is_strange(scene):
        return Question("unsure", word(rng, rng.choice(("name", "name_one"))), NOT_SURE, only)
    text = word(rng, rng.choice(("name", "name_one", "name_one")))
    full = phrase(only)
    full = f"the {full}" if is_written(only.kind) else article(full)
    return Question("name", text, f"It is {full}.", only)


def count(rng: Random, scene: Scene) -> Question | None:
    """Ask how many there are: of a kind, of a colour, of both, or in all."""
    if is_strange(scene) or scene.written:
        return None
    draw = rng.random()
    if draw < 0.25:
        nouns = ("shape", "shape", "object", "figure", "thing")
        asked = rng.choice(nouns if only_shapes(scene) else nouns[2:])
        return counted(rng, "shape" if only_shapes(scene) else "thing", asked, len(scene.items))
    coloured = [item.colour for item in scene.items if item.colour]
    if draw < 0.4 and coloured:
        asked = rng.choice(coloured) if rng.random() < 0.85 else rng.choice(COLOURS)
        number = sum(other == asked for other in coloured)
        noun_asked = rng.choice(("shape", "object"))
        return counted(rng, f"{asked} shape", f"{synonym(rng, asked)} {noun_asked}", number)
    kind = some_kind(rng, scene, 0.88)
    items = of_kind(scene, kind)
    if draw < 0.5 and items and items[0].colour:
        asked = rng.choice(coloured)
        number = sum(item.colour == asked for item in items)
        return counted(rng, f"{asked} {kind}", f"{asked} {synonym(rng, kind)}", number)
    return counted(rng, kind, synonym(rng, kind), len(items))


def counted(rng: Random, called: str, asked: str, number: int) -> Question:
    """Word a count: "There are three circles."."""
    verb, form = ("is", called) if number == 1 else ("are", plural(called))
    text = word(rng, "count", ns=plural(asked))
    return Question("count", text, f"There {verb} {NUMBERS[number]} {form}.")


def ground(rng: Random, scene: Scene) -> Question:
    """Ask for the colour of the ground."""
    return Question(
        "ground", word(rng, "ground"), f"The background is {scene.ground.name or 'a gradient'}."
    )


def exists(rng: Random, scene: Scene) -> Question | None:
    """Ask whether there is something, sometimes of a colour."""
    if is_strange(scene):
        return None
    if len(scene.items) == 1 and not scene.written and rng.random() < 0.25:
        only = scene.items[0]
        asked = only.kind if rng.random() < 0.5 else some_kind(rng, scene, 0)
        verdict = "Yes" if asked == only.kind else "No"
        text = word(rng, "is_it", n=synonym(rng, asked))
        return Question("exists", text, f"{verdict}, it is {article(only.kind)}.", only)
    kind = some_kind(rng, scene, 0.5)
    full, found = kind, of_kind(scene, kind)
    if kind in SHAPES and rng.random() < 0.15:
        asked = rng.choice(found).colour if found and rng.random() < 0.6 else rng.choice(COLOURS)
        full, found = f"{asked} {kind}", [item for item in found if item.colour == asked]
    called = full if full != kind else synonym(rng, kind)
    text = word(rng, "exists", n=called, ns=plural(called))
    if found:
        return Question("exists", text, f"Yes, there is {article(full)}.", found[0])
    return Question("exists", text, f"No, there is no {full}.")


def describe(rng: Random, scene: Scene) -> Question:
    """Ask for all that is in the picture."""
    kind = rng.choice(("describe", "list"))
    text = word(rng, "describe" if kind == "describe" else "name")
    if not scene.items:
        return Question("blank", text, nothing_there(scene))
    subject = scene.items[0] if len(scene.items) == 1 else None
    if is_strange(scene):
        return Question("unsure", text, NOT_SURE, subject)
    if scene.written:
        answer = f"It is the {phrase(scene.items[0])}."
    else:
        phrases = [phrase(item) for item in by_place(scene)]
        answer = f"It is {article(phrases[0])}." if len(phrases) == 1 else there_is(phrases)
    if kind == "describe":
        answer = f"{answer[:-1]} on {article(scene.ground.name or 'gradient')} background."
    return Question(kind, text, answer, subject)


def colour_list(rng: Random, scene: Scene) -> Question | None:
    """Ask for all colours of the shapes."""
    colours = list(dict.fromkeys(item.colour for item in by_place(scene)))
    if not only_shapes(scene) or len(scene.items) < 2 or len(colours) > 4:
        return None
    return Question("all colours", word(rng, "colour_list"), f"I see {listed(colours)}.")


def blob_colour(rng: Random, scene: Scene) -> Question | None:
    """Ask for the colour of a shape that has no name."""
    if not (is_strange(scene) and scene.items[0].colour):
        return None
    only = scene.items[0]
    return Question("colour", word(rng, "colour_only"), f"It is {only.colour}.", only)
