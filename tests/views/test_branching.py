"""Going on from a token with another one, going on after the limit, several answers at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from perhaps.probability.trace import Origin
from perhaps.state.selection import TokenPlace
from perhaps.views.candidate_bars import CandidateBars
from perhaps.views.token_flow import TokenFlow
from tests.helpers.fake_engine import FakeEngine, answer_script


@pytest.fixture
def desk(open_window):
    """A window with an answer of five tokens."""
    scripts = (answer_script("Perhaps a rather red apple."), answer_script("one more"))
    desk = open_window(FakeEngine(answers=scripts))
    desk.ask("What is it?")
    desk.wait_idle()
    return desk


def pin(desk, index):
    desk.session.selection.pin(TokenPlace(desk.session.last_answer, index))


def test_a_candidate_of_the_pinned_token_begins_a_new_version(desk):
    first = desk.session.last_answer
    pin(desk, 3)
    words = desk.find(QComboBox, "branchWords")
    assert words.count() == len(first.steps[3].candidates) - 1
    words.setCurrentIndex(2)
    candidate = [c for c in first.steps[3].candidates if c.id != first.steps[3].id][2]
    desk.qtbot.mouseClick(desk.find(QPushButton, "branch"), Qt.MouseButton.LeftButton)
    desk.wait_idle()
    request = desk.engine.requests[-1]
    assert request.kept_tokens == tuple(step.id for step in first.steps[:3])
    assert request.forced_tokens == (candidate.id,)
    assert desk.session.last_answer.text == "Perhaps a ratherone more"
    assert desk.find(QLabel, "answerKept").text() == "3 of them kept"
    assert desk.find(TokenFlow, "answerTokens").answer is desk.session.last_answer


def test_words_of_ones_own_go_there_too(desk):
    pin(desk, 3)
    words = desk.find(QComboBox, "branchWords")
    words.setEditText("green")
    desk.qtbot.keyClick(words.lineEdit(), Qt.Key.Key_Return)
    desk.wait_idle()
    request = desk.engine.requests[-1]
    assert (request.forced_tokens, request.forced_text) == ((), " green")


def test_a_click_on_a_bar_puts_the_candidate_into_the_field(desk):
    pin(desk, 2)
    bars = desk.find(CandidateBars, "candidateBars")
    row = next(i for i, row in enumerate(bars.rows) if row.candidate and not row.chosen)
    place = QPoint(20, round((row + 0.5) * bars.height() / len(bars.rows)))
    desk.qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=place)
    shown = desk.find(QComboBox, "branchWords").currentText()
    assert shown == bars.label(bars.rows[row])


def test_nothing_goes_on_without_words_or_while_it_writes(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("One two three", blocks=True),)))
    desk.ask("What is it?")
    desk.qtbot.waitUntil(lambda: len(desk.session.last_answer.steps) == 3)
    desk.session.stop()
    desk.wait_idle()
    go = desk.find(QPushButton, "branch")
    assert not go.isEnabled()
    desk.find(QComboBox, "branchWords").setEditText("four")
    assert go.isEnabled()
    first = desk.session.last_answer
    desk.ask("And this?")
    desk.qtbot.waitUntil(lambda: desk.session.answering)
    assert not go.isVisible()
    desk.session.selection.pin(TokenPlace(first, 1))
    assert not go.isEnabled()
    assert "still being written" in desk.find(QLabel, "branchReason").text()


def test_an_answer_at_its_limit_goes_on(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("One two three four"),)))
    desk.session.settings.max_tokens = 2
    desk.ask("Count.")
    desk.wait_idle()
    assert desk.session.last_answer.text == "One two"
    desk.qtbot.mouseClick(desk.find(QPushButton, "continueAnswer"), Qt.MouseButton.LeftButton)
    desk.wait_idle()
    answer = desk.session.last_answer
    assert desk.engine.requests[-1].kept_tokens == tuple(step.id for step in answer.steps[:2])
    assert answer.trace.origins.tolist() == [Origin.kept] * 2 + [Origin.drawn] * 2


def test_several_answers_come_as_versions(open_window):
    desk = open_window(FakeEngine(answers=tuple(answer_script(w) for w in ("One", "Two", "Three"))))
    menu = desk.find(QPushButton, "answersButton").menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "3 answers").trigger()
    desk.ask("Which?")
    desk.wait_idle()
    (turn,) = desk.session.conversation.turns
    assert sorted(answer.text for answer in turn.answers) == ["One", "Three", "Two"]
    assert desk.find(QLabel, "versionNumber").text() == "1/3"
