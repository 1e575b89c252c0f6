"""The bundled model answers about pictures that its recipe never drew."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    LoadOptions,
    Message,
    Request,
    RunFinished,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import starter_pair

COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
MOST_BYTES = 16_000_000


@pytest.fixture(scope="module")
def starter():
    engine = LocalEngine()
    engine.load(starter_pair(), LoadOptions(), lambda _: None)
    return engine


def drawing(shape, colour, size=(400, 300), box=(130, 80, 270, 220)):
    """Give a filled shape on white as PNG bytes, drawn without smoothing."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = box
    if shape == "triangle":
        pen.polygon([((left + right) / 2, top), (left, bottom), (right, bottom)], fill=colour)
    else:
        {"circle": pen.ellipse, "square": pen.rectangle}[shape](box, fill=colour)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def ask(engine, data, text):
    image = engine.read_picture(data).image
    messages = (Message("user", (ImagePart(image), TextPart(text))),)
    *events, finished = engine.generate(Request(messages, sampling=SamplingOptions(temperature=0)))
    assert isinstance(finished, RunFinished)
    assert finished.reason is FinishReason.eos
    return "".join(e.text for e in events if isinstance(e, TokenStep)) + finished.text


@pytest.mark.parametrize("shape", ["circle", "square", "triangle"])
def test_it_names_colours(starter, shape):
    answers = {c: ask(starter, drawing(shape, c), f"What colour is the {shape}?") for c in COLOURS}
    right = [colour for colour, answer in answers.items() if colour in answer]
    assert len(right) >= len(COLOURS) - 1, answers


def test_it_answers_the_question_of_the_readme(starter):
    assert ask(starter, drawing("circle", "red"), "What colour is the circle?") == (
        "The circle is red."
    )


def test_it_names_shapes(starter):
    pictures = [(s, c) for s in ("circle", "square", "triangle") for c in ("red", "blue")]
    answers = {(s, c): ask(starter, drawing(s, c), "What shape is this?") for s, c in pictures}
    right = [shape for (shape, _), answer in answers.items() if shape in answer]
    assert len(right) >= len(pictures) - 1, answers


def test_scores_are_what_generation_tells_of_the_same_tokens(starter):
    image = starter.read_picture(drawing("circle", "green")).image
    messages = (Message("user", (ImagePart(image), TextPart("What colour is the circle?"))),)
    request = Request(messages, sampling=SamplingOptions(temperature=0), top_logprobs=64)
    *written, finished = starter.generate(request)
    steps = [event for event in written if isinstance(event, TokenStep)]
    answer = "".join(step.text for step in steps) + finished.text
    others = {c.bytes.decode(): c for c in steps[0].candidates if c.bytes.isascii()}
    whole, *beginnings = starter.score(request, (answer, *others))
    assert [step.id for step in whole.tokens] == [step.id for step in steps]
    for step, known in zip(whole.tokens, steps, strict=True):
        assert step.logprob == pytest.approx(known.logprob, abs=1e-3)
    # Other tokens may spell the same word.
    alike = [(others[s.text].logprob, s.tokens[0].logprob) for s in beginnings
             if s.tokens[0].id == others[s.text].id]  # fmt: skip
    assert len(alike) > 20
    for known, logprob in alike:
        assert logprob == pytest.approx(known, abs=1e-3)


def test_it_is_small():
    pair = starter_pair()
    sizes = [Path(path).stat().st_size for path in (pair.model, pair.projector)]
    assert sum(sizes) <= MOST_BYTES
