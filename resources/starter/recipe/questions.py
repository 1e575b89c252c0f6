"""Make questions about a scene, each with its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from recipe.palette import COLOURS
from recipe.scenes import SHAPES, ZONES, Scene, Shape, zone_of
from recipe.small_talk import off_topic
from recipe.wording import article, plural, synonym, word

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
NOT_SURE = "I am not sure."


@dataclass(frozen=True)
class Question:
    """One question, its answer, and the shape it was about, if it was about one."""

    kind: str
    text: str
    answer: str
    subject: Shape | None = None


Maker = Callable[[Random, Scene], Question | None]


def of_kind(scene: Scene, kind: str) -> list[Shape]:
    """Find the shapes of a kind, from left to right."""
    return sorted((s for s in scene.shapes if s.kind == kind), key=lambda s: s.x)


def lonely(scene: Scene) -> list[Shape]:
    """Find the shapes that are the only ones of their kind."""
    return [s for s in scene.shapes if len(of_kind(scene, s.kind)) == 1]


def some_kind(rng: Random, scene: Scene, present: float) -> str:
    """Pick a kind of shape, with this chance one of the picture's."""
    if scene.shapes and rng.random() < present:
        return rng.choice(scene.shapes).kind
    return rng.choice(SHAPES)


def listed(parts: list[str]) -> str:
    """Join parts as a sentence does."""
    return " and ".join([", ".join(parts[:-1])] * (len(parts) > 1) + parts[-1:])


def colour(rng: Random, scene: Scene) -> Question | None:
    """Ask for the colour of a kind of shape."""
    if len(scene.shapes) == 1 and rng.random() < 0.4:
        only = scene.shapes[0]
        return Question("colour", word(rng, "colour_only"), f"It is {only.colour}.", only)
    kind = some_kind(rng, scene, 0.93)
    shapes = of_kind(scene, kind)
    noun = synonym(rng, kind)
    if len(shapes) > 1:
        colours = list(dict.fromkeys(shape.colour for shape in shapes))
        if len(colours) > 3 or (len(colours) > 1 and rng.random() < 0.7):
            return None
        answer = f"The {plural(kind)} are {listed(colours)}."
        return Question("colours", word(rng, "colours", ns=plural(noun)), answer)
    text = word(rng, "colour", n=noun)
    if not shapes:
        return Question("absent", text, f"There is no {kind}.")
    return Question("colour", text, f"The {kind} is {shapes[0].colour}.", shapes[0])


def is_colour(rng: Random, scene: Scene) -> Question | None:
    """Ask whether a shape has a colour."""
    if not lonely(scene):
        return None
    shape = rng.choice(lonely(scene))
    asked = shape.colour if rng.random() < 0.5 else rng.choice(COLOURS)
    text = word(rng, "is_colour", n=shape.kind, c=synonym(rng, asked))
    verdict = "Yes" if asked == shape.colour else "No"
    return Question("is colour", text, f"{verdict}, the {shape.kind} is {shape.colour}.", shape)


def shape(rng: Random, scene: Scene) -> Question | None:
    """Ask what shape it is, or what shape the red one is."""
    if not scene.shapes:
        return Question("blank", word(rng, "shape_only"), nothing_there(scene))
    if len(scene.shapes) == 1 and rng.random() < 0.8:
        only = scene.shapes[0]
        return Question("shape", word(rng, "shape_only"), f"It is {article(only.kind)}.", only)
    asked = rng.choice(scene.shapes)
    same = [s for s in scene.shapes if s.colour == asked.colour]
    if len(same) == 1 and rng.random() < 0.7:
        answer = f"The {asked.colour} shape is {article(asked.kind)}."
        text = word(rng, "shape_of", c=synonym(rng, asked.colour))
        return Question("shape", text, answer, asked)
    text = word(rng, rng.choice(("shape_list", "shape_list", "shape_only")))
    return Question("name", text, there_is([s.kind for s in by_place(scene)]))


def count(rng: Random, scene: Scene) -> Question:
    """Ask how many there are: of a kind, of a colour, of both, or in all."""
    draw = rng.random()
    if draw < 0.25:
        noun = rng.choice(("shape", "shape", "object", "figure", "thing"))
        return counted(rng, "shape", noun, len(scene.shapes))
    if draw < 0.4 and scene.shapes:
        asked = rng.choice(scene.shapes).colour if rng.random() < 0.85 else rng.choice(COLOURS)
        number = sum(s.colour == asked for s in scene.shapes)
        noun = rng.choice(("shape", "object"))
        return counted(rng, f"{asked} shape", f"{synonym(rng, asked)} {noun}", number)
    kind = some_kind(rng, scene, 0.88)
    shapes = of_kind(scene, kind)
    if draw < 0.5 and shapes:
        asked = rng.choice(scene.shapes).colour
        number = sum(s.colour == asked for s in shapes)
        return counted(rng, f"{asked} {kind}", f"{asked} {synonym(rng, kind)}", number)
    return counted(rng, kind, synonym(rng, kind), len(shapes))


def counted(rng: Random, noun: str, asked: str, number: int) -> Question:
    """Word a count: "There are three circles."."""
    verb, form = ("is", noun) if number == 1 else ("are", plural(noun))
    text = word(rng, "count", ns=plural(asked))
    return Question("count", text, f"There {verb} {NUMBERS[number]} {form}.")


def ground(rng: Random, scene: Scene) -> Question:
    """Ask for the colour of the ground."""
    name = scene.ground.name or "a gradient"
    return Question("ground", word(rng, "ground"), f"The background is {name}.")


def exists(rng: Random, scene: Scene) -> Question:
    """Ask whether there is a kind of shape, sometimes of a colour."""
    if len(scene.shapes) == 1 and rng.random() < 0.25:
        only = scene.shapes[0]
        asked = only.kind if rng.random() < 0.5 else rng.choice(SHAPES)
        verdict = "Yes" if asked == only.kind else "No"
        text = word(rng, "is_it", n=synonym(rng, asked))
        return Question("exists", text, f"{verdict}, it is {article(only.kind)}.", only)
    kind = some_kind(rng, scene, 0.5)
    phrase, found = kind, of_kind(scene, kind)
    if rng.random() < 0.15:
        asked = rng.choice(found).colour if found and rng.random() < 0.6 else rng.choice(COLOURS)
        phrase, found = f"{asked} {kind}", [s for s in found if s.colour == asked]
    text = word(rng, "exists", n=phrase, ns=plural(phrase))
    if found:
        return Question("exists", text, f"Yes, there is {article(phrase)}.", found[0])
    return Question("exists", text, f"No, there is no {phrase}.")


def where(rng: Random, scene: Scene) -> Question | None:
    """Ask where in the picture a shape lies."""
    kind = some_kind(rng, scene, 0.94)
    shapes = of_kind(scene, kind)
    if len(shapes) > 1:
        places = list(dict.fromkeys(ZONES[zone_of(s, scene)] for s in shapes))
        if len(shapes) > 2:
            return None
        text = word(rng, "wheres", ns=plural(synonym(rng, kind)))
        return Question("where several", text, f"The {plural(kind)} are {listed(places)}.")
    text = word(rng, "where", n=synonym(rng, kind))
    if not shapes:
        return Question("absent", text, f"There is no {kind}.")
    place = ZONES[zone_of(shapes[0], scene)]
    if len(scene.shapes) == 1 and rng.random() < 0.2:
        return Question("where", word(rng, "where", n="shape"), f"It is {place}.", shapes[0])
    return Question("where", text, f"The {kind} is {place}.", shapes[0])


def side(rng: Random, scene: Scene) -> Question | None:
    """Ask on which half of the picture a shape lies."""
    if not lonely(scene):
        return None
    asked = rng.choice(lonely(scene))
    across, down = asked.x / scene.width - 0.5, asked.y / scene.height - 0.5
    if rng.random() < 0.5 and abs(across) > 0.08:
        place = "on the left" if across < 0 else "on the right"
        return Question(
            "side", word(rng, "side", n=asked.kind), f"The {asked.kind} is {place}.", asked
        )
    if abs(down) < 0.08:
        return None
    place = "at the top" if down < 0 else "at the bottom"
    return Question(
        "side", word(rng, "height", n=asked.kind), f"The {asked.kind} is {place}.", asked
    )


def relation(rng: Random, scene: Scene) -> Question | None:
    """Ask how two shapes lie to each other."""
    if len(lonely(scene)) < 2:
        return None
    a, b = rng.sample(lonely(scene), 2)
    across, down = a.x - b.x, a.y - b.y
    sideways = abs(across) > abs(down)
    true = (
        ("left of" if across < 0 else "right of")
        if sideways
        else ("above" if down < 0 else "below")
    )
    if rng.random() < 0.35:
        text = word(rng, "relative", a=a.kind, b=b.kind)
        return Question("relation", text, f"The {a.kind} is {true} the {b.kind}.", a)
    opposite = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}[
        true
    ]
    asked = rng.choice((true, opposite))
    said = {"left of": "to the left of", "right of": "to the right of", "below": "under"}
    text = word(rng, "relation", a=a.kind, b=b.kind, r=rng.choice((asked, said.get(asked, asked))))
    verdict = "Yes" if asked == true else "No"
    return Question("relation", text, f"{verdict}, the {a.kind} is {true} the {b.kind}.", a)


def size(rng: Random, scene: Scene) -> Question | None:
    """Ask which of two shapes is bigger, or for the biggest."""
    if len(scene.shapes) < 2:
        return None
    extent = {id(s): s.size * s.aspect**0.5 for s in scene.shapes}
    ranked = sorted(scene.shapes, key=lambda s: extent[id(s)])
    if rng.random() < 0.4:
        name, first, second = rng.choice(
            (("biggest", ranked[-1], ranked[-2]), ("smallest", ranked[0], ranked[1]))
        )
        if not 0.8 < extent[id(first)] / extent[id(second)] < 1.25:
            answer = f"The {name} shape is the {first.colour} {first.kind}."
            return Question("size", word(rng, name), answer, first)
    if len(lonely(scene)) < 2:
        return None
    a, b = rng.sample(lonely(scene), 2)
    ratio = extent[id(a)] / extent[id(b)]
    if 0.8 < ratio < 1.25:
        return None
    kind = rng.choice(("bigger", "smaller", "is_bigger", "is_smaller"))
    comparative = kind.removeprefix("is_")
    a_wins = (ratio > 1) == (comparative == "bigger")
    text, winner = word(rng, kind, a=a.kind, b=b.kind), a if a_wins else b
    verdict = ("Yes, the " if a_wins else "No, the ") if kind.startswith("is_") else "The "
    return Question("size", text, f"{verdict}{winner.kind} is {comparative}.", winner)


def describe(rng: Random, scene: Scene) -> Question:
    """Ask for all that is in the picture."""
    kind = rng.choice(("describe", "name"))
    if not scene.shapes:
        return Question("blank", word(rng, kind), nothing_there(scene))
    things = [f"{s.colour} {s.kind}" for s in by_place(scene)]
    answer = f"It is {article(things[0])}." if len(things) == 1 else there_is(things)
    if kind == "describe":
        answer = f"{answer[:-1]} on {article(scene.ground.name or 'gradient')} background."
    subject = scene.shapes[0] if len(things) == 1 else None
    return Question(kind, word(rng, kind), answer, subject)


def by_place(scene: Scene) -> list[Shape]:
    """Order shapes as they are read, from left to right."""
    return sorted(scene.shapes, key=lambda s: s.x)


def there_is(things: list[str]) -> str:
    """Say what there is, equal things counted together: "There are two stars and a moon."."""
    numbers = {thing: things.count(thing) for thing in things}
    parts = [
        article(thing) if number == 1 else f"{NUMBERS[number]} {plural(thing)}"
        for thing, number in numbers.items()
    ]
    return f"There {'is' if next(iter(numbers.values())) == 1 else 'are'} {listed(parts)}."


def nothing_there(scene: Scene) -> str:
    """Describe a picture without shapes."""
    name = scene.ground.name or "gradient"
    return f"I see no shapes, only {article(name)} background."


def colour_list(rng: Random, scene: Scene) -> Question | None:
    """Ask for all colours of the shapes."""
    colours = list(dict.fromkeys(s.colour for s in by_place(scene)))
    if not len(scene.shapes) > 1 or len(colours) > 4:
        return None
    return Question("all colours", word(rng, "colour_list"), f"I see {listed(colours)}.")


def foreign(rng: Random, _scene: Scene) -> Question:
    """Ask something that the model does not know."""
    return Question("off topic", *off_topic(rng))


MAKERS: dict[Maker, float] = {
    colour: 0.24, shape: 0.12, count: 0.34, ground: 0.02, exists: 0.16, where: 0.03, side: 0.01,
    relation: 0.01, size: 0.01, describe: 0.06, is_colour: 0.02, colour_list: 0.01, foreign: 0.01,
}  # fmt: skip


def ask(rng: Random, scene: Scene) -> Question:
    """Make one question about a scene, of a random kind."""
    for _ in range(20):
        maker = rng.choices(list(MAKERS), list(MAKERS.values()))[0]
        question = maker(rng, scene)
        if question is not None:
            unsure = not scene.recognisable and question.kind != "off topic"
            return Question("unsure", question.text, NOT_SURE) if unsure else question
    return count(rng, scene)


def ask_back(rng: Random, scene: Scene, before: Question) -> Question | None:
    """Follow a question up: "What colour is it?", "And the square?"."""
    subject = before.subject
    if subject is None or not scene.recognisable:
        return None
    unique = len(of_kind(scene, subject.kind)) == 1
    if unique and rng.random() < 0.6:
        if rng.random() < 0.5:
            asked = rng.choice(("What colour is it?", "And its colour?", "Which colour is it?"))
            return Question("follow-up", asked, f"The {subject.kind} is {subject.colour}.", subject)
        asked = rng.choice(("Where is it?", "And where is it?", "Where does it lie?"))
        place = ZONES[zone_of(subject, scene)]
        return Question("follow-up", asked, f"The {subject.kind} is {place}.", subject)
    others = [s for s in lonely(scene) if s is not subject]
    if before.kind not in ("colour", "where") or not others:
        return None
    other = rng.choice(others)
    asked = rng.choice(("And the {}?", "What about the {}?", "and the {}", "The {}?")).format(
        other.kind
    )
    fact = other.colour if before.kind == "colour" else ZONES[zone_of(other, scene)]
    return Question("follow-up", asked, f"The {other.kind} is {fact}.", other)
