"""Measure a pair of files on held-out pictures: `python -m recipe.evaluate --write-card`."""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from recipe.answering import Answer, open_model
from recipe.asking import ask
from recipe.calibration import bins_of, calibration_error, diagram, key_probability
from recipe.casts import random_scene
from recipe.grading import is_right
from recipe.held_out import (
    HELD_OUT_SEED,
    Asked,
    AskedOfTwo,
    Drawer,
    expected,
    held_out,
    held_out_pairs,
    plain_scene,
    unseen_pairs,
)
from recipe.kinds import CATEGORIES
from recipe.qt_renderer import render_with_qt
from recipe.question import NOT_SURE
from recipe.renderer import render
from recipe.small_talk import NEED_PICTURE, small_talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = Path(__file__).parent.parent
UNCALIBRATED = ("describe", "describe things", "size", "unsure of noise", "unsure of strangers")
Column = dict[str, list[bool]]


class Measurement:
    """The columns of the card's table, and how sure the answers were."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.columns: dict[str, Column] = {}
        self.sure: list[tuple[float, bool]] = []
        self.wrong: list[dict[str, str]] = []
        self.false_alarms: list[bool] = []

    def measure(self, name: str, asked: Iterable[Asked], draw: Drawer) -> None:
        """Ask about freshly drawn held-out pictures; wrong answers are kept for reading."""
        results: Column = defaultdict(list)
        for one in asked:
            said = self.answer(one.question.text, draw(one.scene, Random(one.draw_seed)))
            wanted = expected(one)
            kind = "unsure" if wanted == NOT_SURE else one.question.kind
            right = is_right(kind, wanted, said.text)
            results[one.kind].append(right)
            if wanted != NOT_SURE:
                self.false_alarms.append(said.text.startswith(NOT_SURE[:-1]))
            sure = key_probability(kind, said)
            if sure is not None and one.kind not in UNCALIBRATED:
                self.sure.append((sure, right))
            if not right:
                self.wrong.append({"set": name, "kind": one.kind, "question": one.question.text,
                                   "expected": wanted, "said": said.text})  # fmt: skip
        self.columns[name] = results

    def measure_talk(self, wanted: int) -> None:
        """Ask without a picture: small talk, and questions that need one."""
        rng = Random(HELD_OUT_SEED)
        results: Column = defaultdict(list)
        for _ in range(wanted):
            text, right = small_talk(rng)
            results["small talk"].append(self.answer(text).text == right)
            question = ask(rng, random_scene(rng)).text
            results["no picture"].append(self.answer(question).text == NEED_PICTURE)
        self.columns["no picture"] = results

    def measure_pairs(self, name: str, asked: Iterable[AskedOfTwo], draw: Drawer) -> None:
        """Ask about two pictures at once, drawn like those of a column that is there."""
        results = self.columns[name]["two pictures"] = []
        for one in asked:
            pictures = [draw(scene, Random(one.draw_seed)) for scene in one.scenes]
            said = self.answer(one.question.text, *pictures).text
            results.append(is_right("two pictures", one.question.answer, said))

    def table(self) -> str:
        """Make a Markdown table: a row for each kind, a column for each set of pictures."""
        kinds = list(dict.fromkeys(kind for column in self.columns.values() for kind in column))
        lines = [row(["question", *self.columns]), "|---" * (len(self.columns) + 1) + "|"]
        for kind in kinds:
            hits = [column.get(kind) for column in self.columns.values()]
            lines.append(row([kind, *(f"{share(h):.3f} ({len(h)})" if h else "–" for h in hits)]))
        return "\n".join(lines)

    def summary(self) -> dict[str, object]:
        """Everything measured, as numbers."""
        bins = bins_of(self.sure)
        return {
            "accuracy": {
                name: {kind: share(hits) for kind, hits in column.items()}
                for name, column in self.columns.items()
            },
            "calibration error": calibration_error(bins),
            "bins": [[b.count, b.sure, b.right] for b in bins],
            "false alarms": share(self.false_alarms),
        }


def share(hits: list[bool]) -> float:
    """How many of them are true."""
    return sum(hits) / len(hits)


def row(cells: list[str]) -> str:
    """Write a row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def write_card(measurement: Measurement) -> None:
    """Put the figures between the card's markers, and the diagram beside it."""
    summary = measurement.summary()
    calibration = (
        f"Expected calibration error of the key tokens: {summary['calibration error']:.3f} "
        f'({len(measurement.sure)} answers). "I am not sure" about something that it should '
        f"know: {summary['false alarms']:.3f} of {len(measurement.false_alarms)}."
    )
    path = FOLDER / "card.md"
    card = replace_between(path.read_text("utf-8"), "accuracy", measurement.table())
    path.write_text(replace_between(card, "calibration", calibration), "utf-8")
    bins = bins_of(measurement.sure)
    (FOLDER / "reliability.svg").write_text(diagram(bins), "utf-8")
    (FOLDER / "recipe" / "accuracy.json").write_text(json.dumps(summary, indent=1), "utf-8")


def replace_between(card: str, name: str, text: str) -> str:
    """Replace what stands between a pair of the card's markers."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = card.split(start)
    return f"{before}{start}\n{text}\n{end}{rest.split(end)[1]}"


def draw_plain(scene: object, rng: Random) -> object:
    """Draw a simplified scene with Qt."""
    return render_with_qt(plain_scene(scene), rng)


def main() -> None:
    """Measure three ways of drawing, unseen pairs, and the talk without a picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=FOLDER / "starter.gguf")
    parser.add_argument("--projector", type=Path, default=FOLDER / "starter-mmproj.gguf")
    parser.add_argument("--each", type=int, default=60, help="questions of each kind and set")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--focus", nargs="+", choices=CATEGORIES, default=CATEGORIES)
    parser.add_argument("--without", default="", help="a set to leave out")
    parser.add_argument("--wrong", type=Path, help="where to list the wrong answers")
    parser.add_argument("--write-card", action="store_true")
    options = parser.parse_args()
    measurement = Measurement(open_model(options.model, options.projector, options.threads))
    sets: dict[str, tuple[Callable[..., Iterable[Asked]], Drawer]] = {
        "as in training": (held_out, render),
        "drawn by Qt": (held_out, render_with_qt),
        "plain, by Qt": (held_out, draw_plain),
        "unseen pairs": (unseen_pairs, render),
    }
    for seed, (name, (make, draw)) in enumerate(sets.items(), start=1):
        if name != options.without:
            measurement.measure(name, make(seed, options.each, options.focus), draw)
            if make is held_out:
                measurement.measure_pairs(name, held_out_pairs(seed, options.each), draw)
    measurement.measure_talk(options.each)
    print(measurement.table())
    print({k: v for k, v in measurement.summary().items() if k != "accuracy"})
    if options.wrong:
        options.wrong.write_text(json.dumps(measurement.wrong, indent=1), "utf-8")
    if options.write_card:
        write_card(measurement)


if __name__ == "__main__":
    main()
