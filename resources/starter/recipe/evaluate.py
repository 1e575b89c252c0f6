"""Measure the shipped files on held-out pictures: `python -m recipe.evaluate --write-card`."""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from PIL import Image

from recipe.answering import open_model
from recipe.grading import is_right
from recipe.questions import (
    Question,
    ask,
    colour,
    count,
    describe,
    exists,
    ground,
    relation,
    shape,
    side,
    size,
    where,
)  # fmt: skip
from recipe.renderer import render
from recipe.scenes import Scene, random_scene
from recipe.small_talk import NEED_PICTURE, small_talk

FOLDER = Path(__file__).parent.parent
HELD_OUT_SEED = 2_000_000
Drawer = Callable[[Scene, Random], Image.Image]
MAKERS = {
    "colour": colour, "shape": shape, "count": count, "ground": ground, "exists": exists,
    "where": where, "side": side, "relation": relation, "size": size, "describe": describe,
}  # fmt: skip


ALONE = ("colour", "shape", "count", "ground", "exists", "where", "describe")


def held_out(
    seed: int, wanted: int, *, alone: bool = False
) -> Iterator[tuple[Scene, list[Question], Random]]:
    """Yield scenes with one question of each kind that fits, until the rarest kind has enough."""
    rng = Random(HELD_OUT_SEED + seed)
    have: dict[str, int] = defaultdict(int)
    kinds = ALONE if alone else tuple(MAKERS)
    while min(have[kind] for kind in kinds) < wanted:
        scene = random_scene(rng)
        if max(scene.width, scene.height) > 1300 or not scene.shapes:
            continue
        if alone and len(scene.shapes) > 1:
            continue
        found = []
        for kind in kinds:
            question = MAKERS[kind](rng, scene)
            if question and question.kind == kind and have[kind] < wanted:
                found.append(question)
                have[kind] += 1
        if found:
            yield scene, found, rng


def plain_scene(scene: Scene) -> Scene:
    """Simplify a scene to what a first try looks like: 640 x 480, plain ground, filled, upright."""
    ground = replace(scene.ground, texture="plain")
    scale = min(640 / scene.width, 480 / scene.height)
    left, top = (640 - scale * scene.width) / 2, (480 - scale * scene.height) / 2
    shapes = [
        replace(
            one, x=one.x * scale + left, y=one.y * scale + top, size=one.size * scale,
            stroke=0.0, border=None,
        )
        for one in scene.shapes
    ]  # fmt: skip
    return Scene(640, 480, ground, shapes)


def measure(
    answer: Callable[[str, Image.Image | None], str],
    draw: Drawer,
    seed: int,
    wanted: int,
    *,
    alone: bool = False,
) -> dict[str, list[bool]]:
    """Ask about freshly drawn held-out pictures; wrong answers are kept for reading."""
    results: dict[str, list[bool]] = defaultdict(list)
    with (FOLDER / "recipe" / f"wrong-{seed}.csv").open("w", newline="") as file:
        wrong = csv.writer(file)
        for scene, found, rng in held_out(seed, wanted, alone=alone):
            picture = draw(scene, rng)
            for question in found:
                said = answer(question.text, picture)
                right = is_right(question.kind, question.answer, said)
                results[question.kind].append(right)
                if not right:
                    wrong.writerow([question.kind, question.text, question.answer, said])
    return results


def measure_talk(
    answer: Callable[[str, Image.Image | None], str], wanted: int
) -> dict[str, list[bool]]:
    """Ask without a picture: small talk, and questions that need one."""
    rng = Random(HELD_OUT_SEED)
    results: dict[str, list[bool]] = defaultdict(list)
    for _ in range(wanted):
        text, expected = small_talk(rng)
        results["small talk"].append(answer(text, None) == expected)
        question = ask(rng, random_scene(rng)).text
        results["no picture"].append(answer(question, None) == NEED_PICTURE)
    return results


def report(columns: dict[str, dict[str, list[bool]]]) -> str:
    """Make a Markdown table: a row for each kind, a column for each set of pictures."""
    kinds = list(dict.fromkeys(kind for column in columns.values() for kind in column))
    lines = ["| question | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for kind in kinds:
        cells = []
        for column in columns.values():
            hits = column.get(kind)
            cells.append(f"{sum(hits) / len(hits):.3f} ({len(hits)})" if hits else "–")
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_card(table: str) -> None:
    """Put the table between the card's markers."""
    path = FOLDER / "card.md"
    start, end = "<!-- accuracy -->", "<!-- /accuracy -->"
    card = path.read_text(encoding="utf-8")
    before, rest = card.split(start)
    path.write_text(f"{before}{start}\n{table}\n{end}{rest.split(end)[1]}", encoding="utf-8")


def main() -> None:
    """Measure three ways of drawing and the talk without a picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=FOLDER / "starter.gguf")
    parser.add_argument("--projector", type=Path, default=FOLDER / "starter-mmproj.gguf")
    parser.add_argument("--each", type=int, default=300, help="questions of each kind")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--write-card", action="store_true")
    options = parser.parse_args()
    from recipe.qt_renderer import render_with_qt

    def draw_plain(scene: Scene, rng: Random) -> Image.Image:
        return render_with_qt(plain_scene(scene), rng)

    answer = open_model(options.model, options.projector, options.threads)
    columns = {
        "as in training": measure(answer, render, 1, options.each),
        "drawn by Qt": measure(answer, render_with_qt, 2, options.each),
        "plain, by Qt": measure(answer, draw_plain, 3, options.each),
        "one shape, plain, by Qt": measure(answer, draw_plain, 4, options.each, alone=True),
        "no picture": measure_talk(answer, options.each // 2),
    }
    table = report(columns)
    print(table)
    if options.write_card:
        write_card(table)
    summary = {
        name: {k: sum(v) / len(v) for k, v in column.items()} for name, column in columns.items()
    }
    (FOLDER / "recipe" / "accuracy.json").write_text(
        json.dumps(summary, indent=1), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
