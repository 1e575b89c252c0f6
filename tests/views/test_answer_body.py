"""Formatted text and tokens of one answer under one lens."""

import pytest

from perhaps.probability.doubt import Tint
from tests.helpers.fake_engine import AnswerScript, FakeEngine
from tests.state.builders import a_step

PIECES = ["# Birds", "\n\n", "- an", " owl", "\n", "- a", " crow", "\n"]


@pytest.fixture
def body(open_window):
    steps = tuple(a_step(piece, 0.3) for piece in PIECES)
    desk = open_window(FakeEngine(answers=(AnswerScript(steps),)))
    desk.ask("Which birds?")
    desk.wait_idle()
    body = desk.window.page.chat.turn_views[-1].answer_view.body
    desk.qtbot.waitUntil(lambda: body.shows_formatted)
    return body


def colours(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_formatted_text_takes_another_tint(body):
    tint = body._theme.colour("doubt_some").name()
    assert tint in colours(body.shown)
    body._selection.lens.tint = Tint.off
    assert body.shows_formatted
    assert tint not in colours(body.shown)


def test_exact_tokens_are_never_formatted(body):
    body._selection.lens.exact = True
    assert not body.shows_formatted
    assert "#·Birds" in body.flow._spans.text
    body.show_form(formatted=True)
    assert body.shows_formatted
    assert not body._selection.lens.exact
