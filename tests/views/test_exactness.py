"""Every number on the screen is the one that `ask --json` prints."""

from __future__ import annotations

import itertools
import math

import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.commands.answer_json import answer_to_json
from perhaps.commands.asking import follow, make_request
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import ImagePart, LoadOptions, Request, SamplingOptions
from perhaps.paths import starter_pair
from perhaps.probability.glyphs import visible_token
from perhaps.state.selection import TokenPlace
from perhaps.views import words
from tests.helpers.fake_engine import AnswerScript, FakeEngine

COLOURS = ("red", "blue", "green", "yellow", "black")
SHAPES = ("ellipse", "rectangle")
QUESTIONS = (
    "What colour is the shape?",
    "Which shape do you see?",
    "Is there a circle?",
    "How many shapes are there?",
    "Describe the picture.",
    "What colour is the background?",
    "Is the shape red?",
    "Where is the shape?",
    "Is there a square?",
    "What is it? 你好 🦉",
)
SCENES = list(itertools.product(COLOURS, SHAPES))
ASKED = list(itertools.product(SCENES, QUESTIONS))


@pytest.fixture(scope="module")
def starter():
    engine = LocalEngine()
    info = engine.load(starter_pair(), LoadOptions(), lambda _: None)
    yield engine, info
    engine.unload()


def draw(scene, folder):
    colour, shape = scene
    picture = Image.new("RGB", (160, 120), "white")
    getattr(ImageDraw.Draw(picture), shape)((40, 20, 110, 90), fill=colour)
    path = folder / f"{colour}-{shape}.png"
    picture.save(path)
    return str(path)


def answers(starter, asked, folder):
    """Ask the starter; give each answer and what `ask --json` would print of it."""
    engine, info = starter
    for number, (scene, question) in enumerate(asked):
        template = Request((), max_tokens=24, seed=number, sampling=SamplingOptions(1.2))
        part = ImagePart(engine.read_picture(draw(scene, folder)).image)
        request = make_request(question, [part], template)
        answer = follow(engine.generate(request), question, lambda _: None, lambda _: None)
        yield answer, answer_to_json(answer.steps, answer.finished, info)


@pytest.mark.parametrize(
    "asked",
    [ASKED[::37], pytest.param(ASKED, marks=pytest.mark.slow)],
    ids=["a few questions", "100 questions"],
)
def test_every_number_in_the_views_is_that_of_the_command(starter, open_window, tmp_path, asked):
    told = list(answers(starter, asked, tmp_path))
    scripts = [AnswerScript(answer.steps) for answer, _ in told]
    desk = open_window(FakeEngine(answers=scripts))
    for (_, question), (_, printed) in zip(asked, told, strict=True):
        desk.session.new_chat()
        desk.ask(question)
        desk.wait_idle()
        check_answer(desk, printed)


def check_answer(desk, printed):
    answer = desk.session.last_answer
    assert answer.text == printed["answer"]
    assert len(answer.steps) == len(printed["tokens"])
    show_all = desk.find(QPushButton, "allCandidates")
    if "all" in show_all.text():
        show_all.click()
    for index, token in enumerate(printed["tokens"]):
        desk.session.selection.pin(TokenPlace(answer, index))
        check_header(desk, token)
        check_bars(desk, token)
    check_line(desk, [token["logprob"] for token in printed["tokens"]])
    check_chart(desk, printed["tokens"])


def check_header(desk, token):
    assert desk.find(QLabel, "tokenShare").text() == words.percent(math.exp(token["logprob"]))
    assert desk.find(QWidget, "tokenGlyphs").text() == visible_token(bytes(token["bytes"]))
    figures = desk.find(QLabel, "tokenFigures").text()
    for figure in (
        f"rank {token['rank']}", f"entropy {token['entropy']:.2f} nats", f"id {token['id']}",
    ):  # fmt: skip
        assert figure in figures.split(" · ")


def check_bars(desk, token):
    bars = desk.find(QWidget, "candidateBars")
    *rows, rest = bars.rows
    assert len(rows) == len(token["candidates"])
    for row, candidate in zip(rows, token["candidates"], strict=True):
        assert row.candidate.id == candidate["id"]
        assert row.raw == math.exp(candidate["logprob"])
        assert row.sampled == row.most == candidate["sampled_probability"]
        assert row.chosen == (candidate["id"] == token["id"])
        assert bars.label(row) == visible_token(bytes(candidate["bytes"]))
    assert rest.raw == pytest.approx(token["rest"], abs=2e-6)
    assert sum(row.raw for row in bars.rows) == pytest.approx(1, abs=1e-4)
    listed = sum(math.exp(candidate["logprob"]) for candidate in token["candidates"])
    assert listed + token["rest"] == pytest.approx(1, abs=1e-4)


def check_line(desk, logprobs):
    mean = math.fsum(logprobs) / len(logprobs)
    assert desk.find(QLabel, "answerMean").text() == f"mean {words.signed(mean)}"
    perplexity = desk.find(QLabel, "answerPerplexity").text()
    assert perplexity == f"perplexity {math.exp(-mean):.2f}"


def check_chart(desk, tokens):
    chart = desk.find(QWidget, "probabilityChart")
    desk.qtbot.waitUntil(lambda: len(chart._entropies.getData()[0]) == len(tokens))
    assert chart._entropies.getData()[1].tolist() == [token["entropy"] for token in tokens]
    shown = chart._logprobs.getData()[1] - chart._scale
    assert shown == pytest.approx([token["logprob"] for token in tokens], abs=1e-12)
