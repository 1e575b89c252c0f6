"""The shipped files answer as well as their card says, on pictures that never change."""

import json
import re
from pathlib import Path

import pytest
from recipe.grading import is_right

from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    ImagePart,
    LoadOptions,
    Message,
    Request,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import resources_path, starter_pair

FROZEN = Path(__file__).parent / "frozen"
LARGEST_DIFFERENCE = 0.02


@pytest.fixture(scope="module")
def starter():
    engine = LocalEngine()
    engine.load(starter_pair(), LoadOptions(), lambda _: None)
    return engine


def answer(engine, entry):
    image = engine.read_picture((FROZEN / entry["picture"]).read_bytes()).image
    messages = (Message("user", (ImagePart(image), TextPart(entry["question"]))),)
    request = Request(messages, max_tokens=60, sampling=SamplingOptions(temperature=0))
    *events, finished = engine.generate(request)
    return "".join(e.text for e in events if isinstance(e, TokenStep)) + finished.text


def accuracy_in_the_card():
    card = (resources_path() / "starter" / "card.md").read_text("utf-8")
    return float(re.search(r"<!-- frozen -->\s*([\d.]+)", card)[1])


def test_the_shipped_files_are_as_good_as_their_card_says(starter):
    entries = json.loads((FROZEN / "questions.json").read_text("utf-8"))
    assert len(entries) == 100
    said = {n: answer(starter, entry) for n, entry in enumerate(entries)}
    right = [is_right(e["kind"], e["expected"], said[n]) for n, e in enumerate(entries)]
    wrong = [(entries[n], said[n]) for n, good in enumerate(right) if not good]
    share = sum(right) / len(right)
    assert share == pytest.approx(accuracy_in_the_card(), abs=LARGEST_DIFFERENCE), wrong
