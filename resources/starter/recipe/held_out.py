"""Scenes and questions that training never sees, in the sets that the card tells apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from recipe.casts import HELD_OUT_PAIRS, place, random_scene, shape
from recipe.kinds import CATEGORIES, UNKNOWN
from recipe.question import NOT_SURE, Maker, Question
from recipe.reading_questions import read
from recipe.scenes import Ground, Scene, visible_colour
from recipe.things import UNSEEN_STRANGERS
from recipe.two_pictures import compare
from recipe.what_questions import colour, count, describe, exists, ground, name
from recipe.what_questions import shape as shape_of
from recipe.where_questions import relation, side, size, where

HELD_OUT_SEED = 2_000_000
LONGEST_SIDE = 1300  # larger pictures only cost time
Drawer = Callable[[Scene, Random], Image.Image]
WHAT: dict[str, Maker] = {
    "colour": colour, "shape": shape_of, "count": count, "ground": ground, "exists": exists,
    "where": where, "side": side, "relation": relation, "size": size, "describe": describe,
}  # fmt: skip
THEMES: dict[str, dict[str, Maker]] = {
    "shapes": WHAT,
    "things": {"name": name, "count of things": count, "exists a thing": exists,
               "where is a thing": where, "describe things": describe},
    "character": {"letter": read, "digit": read},
    "word": {"word": read, "free word": read},
    "static": {"unsure of noise": describe},
    "stranger": {"unsure of strangers": name},
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One question of the evaluation, with the random numbers that draw its picture."""

    kind: str
    scene: Scene
    question: Question
    draw_seed: int


@dataclass(frozen=True)
class AskedOfTwo:
    """Likewise, of two pictures."""

    scenes: tuple[Scene, Scene]
    question: Question
    draw_seed: int


def held_out(seed: int, wanted: int, focus: Collection[str] = CATEGORIES) -> Iterator[Asked]:
    """Yield questions until each kind has as many as wanted, and what nobody can know."""
    for theme, makers in THEMES.items():
        if theme in CATEGORIES and theme not in focus:
            continue
        yield from of_theme(Random(HELD_OUT_SEED + seed), theme, makers, wanted)


def of_theme(rng: Random, theme: str, makers: dict[str, Maker], wanted: int) -> Iterator[Asked]:
    """Yield questions about scenes of one theme, one of each kind that fits a scene."""
    have: dict[str, int] = defaultdict(int)
    while any(have[kind] < wanted for kind in makers):
        scene = random_scene(rng, theme, UNSEEN_STRANGERS)
        if max(scene.width, scene.height) > LONGEST_SIDE:
            continue
        draw_seed = rng.randrange(2**31)
        for kind, maker in makers.items():
            question = maker(rng, scene)
            if question and fits(kind, question, theme) and have[kind] < wanted:
                have[kind] += 1
                yield Asked(kind, scene, question, draw_seed)


def held_out_pairs(seed: int, wanted: int) -> Iterator[AskedOfTwo]:
    """Yield questions about two pictures at once."""
    rng = Random(HELD_OUT_SEED + seed)
    while wanted:
        theme = rng.choice(("shapes", "shapes", "things"))
        scenes = (random_scene(rng, theme), random_scene(rng, theme))
        question = compare(rng, *scenes)
        if question and max(scenes[0].width, scenes[1].width) <= LONGEST_SIDE:
            wanted -= 1
            yield AskedOfTwo(scenes, question, rng.randrange(2**31))


def fits(kind: str, question: Question, theme: str) -> bool:
    """Tell whether a maker made the kind of question that is measured."""
    if kind.startswith("unsure"):
        return True
    if theme == "things":
        return question.kind not in ("absent", "blank", "where several")
    return question.kind == kind or (kind == "describe" and question.kind == "list")


def expected(asked: Asked) -> str:
    """The right answer; of what cannot be recognised the honest one."""
    return asked.question.answer if asked.scene.recognisable else NOT_SURE


def unseen_pairs(seed: int, wanted: int, _focus: Collection[str]) -> Iterator[Asked]:
    """Yield colour and shape questions about colour-shape pairs that training leaves out."""
    rng = Random(HELD_OUT_SEED + seed)
    pairs = sorted(HELD_OUT_PAIRS)
    for number in range(wanted):
        kind, wanted_colour = pairs[number % len(pairs)]
        plain = Ground("plain", "white", (255, 255, 255), (255, 255, 255))
        scene = Scene(400, 300, plain)
        item = shape(rng, plain, kind, "black")
        item.colour, item.rgb = visible_colour(rng, plain, wanted_colour)
        place(rng, scene, item, 1)
        for name_of, maker in (("colour", colour), ("shape", shape_of)):
            question = None
            while question is None or question.kind != name_of:
                question = maker(rng, scene)
            yield Asked(f"unseen pair: {name_of}", scene, question, rng.randrange(2**31))


def plain_scene(scene: Scene) -> Scene:
    """Simplify a scene to what a first try looks like: 640 x 480, plain ground, filled, steady."""
    ground_of = replace(scene.ground, texture="plain") if scene.recognisable else scene.ground
    scale = min(640 / scene.width, 480 / scene.height)
    left, top = (640 - scale * scene.width) / 2, (480 - scale * scene.height) / 2
    items = [
        replace(
            one, x=one.x * scale + left, y=one.y * scale + top, size=one.size * scale,
            stroke=0.0, border=None, wobble=one.wobble if one.kind == UNKNOWN else 0,
        )
        for one in scene.items
    ]  # fmt: skip
    return Scene(640, 480, ground_of, items)
