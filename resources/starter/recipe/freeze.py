"""Freeze questions with their pictures for the tests: `python -m recipe.freeze --out DIR`."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from recipe.answering import open_model
from recipe.evaluate import FOLDER, replace_between, share
from recipe.grading import is_right
from recipe.held_out import expected, held_out
from recipe.qt_renderer import render_with_qt
from recipe.question import NOT_SURE

if TYPE_CHECKING:
    from recipe.held_out import Asked

SEED = 77
LONGEST_SIDE = 420  # of a frozen picture, so that the files stay small
SERVED = ("colour", "shape", "count", "ground", "exists", "describe")


def chosen(count: int) -> list[Asked]:
    """Choose questions about small pictures, as many of each served kind."""
    each = -(-count // len(SERVED))
    have: Counter[str] = Counter()
    kept = []
    for asked in held_out(SEED, 4 * each):
        small = max(asked.scene.width, asked.scene.height) <= LONGEST_SIDE
        if asked.kind in SERVED and small and have[asked.kind] < each:
            have[asked.kind] += 1
            kept.append(asked)
    return kept[:count]


def freeze(folder: Path, count: int) -> list[dict[str, str]]:
    """Write the pictures and the list of questions."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    entries, names = [], {}
    for asked in chosen(count):
        name = names.setdefault(id(asked.scene), f"{len(names):02d}.png")
        if not (folder / name).exists():
            render_with_qt(asked.scene, Random(asked.draw_seed)).save(folder / name, optimize=True)
        wanted = expected(asked)
        kind = "unsure" if wanted == NOT_SURE else asked.question.kind
        entries.append({"picture": name, "kind": kind, "question": asked.question.text,
                        "expected": wanted})  # fmt: skip
    (folder / "questions.json").write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
    return entries


def main() -> None:
    """Freeze, ask the shipped files, and write their share of right answers into the card."""
    from PIL import Image

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    entries = freeze(options.out, options.questions)
    answer = open_model(FOLDER / "starter.gguf", FOLDER / "starter-mmproj.gguf", threads=1)
    hits = [
        is_right(one["kind"], one["expected"],
                 answer(one["question"], Image.open(options.out / one["picture"])).text)
        for one in entries
    ]  # fmt: skip
    path = FOLDER / "card.md"
    path.write_text(replace_between(path.read_text("utf-8"), "frozen", f"{share(hits):.2f}"))
    print(share(hits))


if __name__ == "__main__":
    main()
