"""Draw questions about a scene, and questions that follow one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.question import NOT_SURE, Maker, Question, lonely, of_kind
from recipe.reading_questions import read
from recipe.scenes import ZONES, clear_zone
from recipe.small_talk import off_topic
from recipe.what_questions import (
    blob_colour,
    colour,
    colour_list,
    count,
    describe,
    exists,
    ground,
    is_colour,
    name,
    shape,
)
from recipe.where_questions import beside, relation, side, size, where

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Scene


def foreign(rng: Random, _scene: Scene) -> Question:
    """Ask something that the model does not know."""
    return Question("off topic", *off_topic(rng))


MAKERS: dict[Maker, float] = {
    colour: 0.12, shape: 0.08, name: 0.10, count: 0.18, ground: 0.02, exists: 0.11, where: 0.10,
    side: 0.03, relation: 0.07, beside: 0.03, size: 0.06, describe: 0.06, is_colour: 0.02,
    colour_list: 0.01, foreign: 0.01, read: 0.01, blob_colour: 0.02,
}  # fmt: skip
WRITTEN_MAKERS: dict[Maker, float] = {
    read: 0.6, colour: 0.12, describe: 0.1, name: 0.08, ground: 0.05, exists: 0.04, foreign: 0.01,
}  # fmt: skip


def ask(rng: Random, scene: Scene) -> Question:
    """Make one question about a scene, of a random kind."""
    makers = WRITTEN_MAKERS if scene.written else MAKERS
    for _ in range(20):
        maker = rng.choices(list(makers), list(makers.values()))[0]
        question = maker(rng, scene)
        if question is not None:
            unsure = not scene.recognisable and question.kind != "off topic"
            return Question("unsure", question.text, NOT_SURE) if unsure else question
    return ground(rng, scene)


def ask_back(rng: Random, scene: Scene, before: Question) -> Question | None:
    """Follow a question up: "What colour is it?", "And the square?"."""
    subject = before.subject
    if subject is None or not scene.recognisable:
        return None
    if subject in lonely(scene) and rng.random() < 0.6:
        return ask_on(rng, scene, subject.kind)
    others = [item for item in lonely(scene) if item is not subject]
    if before.kind not in ("colour", "where") or not others:
        return None
    other = rng.choice(others)
    asked = rng.choice(("And the {}?", "What about the {}?", "and the {}", "The {}?")).format(
        other.kind
    )
    zone = clear_zone(other, scene)
    fact = other.colour if before.kind == "colour" else ZONES[zone] if zone is not None else ""
    return Question("follow-up", asked, f"The {other.kind} is {fact}.", other) if fact else None


def ask_on(rng: Random, scene: Scene, kind: str) -> Question | None:
    """Ask for another property of what was just talked about."""
    (subject,) = of_kind(scene, kind)
    if subject.colour and rng.random() < 0.5:
        asked = rng.choice(("What colour is it?", "And its colour?", "Which colour is it?"))
        return Question("follow-up", asked, f"The {kind} is {subject.colour}.", subject)
    zone = clear_zone(subject, scene)
    if zone is None:
        return None
    asked = rng.choice(("Where is it?", "And where is it?", "Where does it lie?"))
    return Question("follow-up", asked, f"The {kind} is {ZONES[zone]}.", subject)
