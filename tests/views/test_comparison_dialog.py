"""Two versions of an answer side by side."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QPushButton, QTableView, QToolButton, QWidget

from perhaps.probability.doubt import Doubt, doubt_of
from perhaps.views import words
from perhaps.views.comparison_model import LEFT, LEFT_SHARE, MARK, RIGHT, RIGHT_SHARE
from perhaps.views.token_paint import TINTS
from tests.helpers.fake_engine import FakeEngine, answer_script

ANSWERS = ("The circle is red and round", "The circle is dark blue and round", "The end")


@pytest.fixture
def versions(open_window):
    scripts = [answer_script(text) for text in ANSWERS]
    desk = open_window(FakeEngine(answers=scripts))
    desk.ask("What colour is the circle?")
    desk.wait_idle()
    for _ in ANSWERS[1:]:
        desk.session.regenerate()
        desk.wait_idle()
    return desk


def opened(desk, left=0, right=1):
    desk.find(QToolButton, "compareVersions").click()
    dialog = desk.find(QDialog, "comparisonDialog")
    dialog.findChild(QComboBox, "comparisonLeft").setCurrentIndex(left)
    dialog.findChild(QComboBox, "comparisonRight").setCurrentIndex(right)
    dialog._refresh()
    return dialog


def column(dialog, number):
    model = dialog.model
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_tokens_are_aligned_and_differences_marked(versions):
    dialog = opened(versions)
    assert column(dialog, LEFT) == ["The", "·circle", "·is", "·red", None, "·and", "·round"]
    assert column(dialog, RIGHT) == [
        "The", "·circle", "·is", "·dark", "·blue", "·and", "·round",
    ]  # fmt: skip
    assert column(dialog, MARK) == ["=", "=", "=", "≠", "→", "=", "="]
    summary = versions.find(QWidget, "comparisonSummary").text()
    assert summary == "They part at token 4; 1 difference."


def test_each_side_shows_and_tints_its_own_probabilities(versions):
    dialog = opened(versions)
    left, right = versions.session.conversation.turns[-1].answers[:2]
    assert column(dialog, LEFT_SHARE)[3] == words.percent(math.exp(left.steps[3].logprob))
    assert column(dialog, RIGHT_SHARE)[5] == words.percent(math.exp(right.steps[5].logprob))
    for row in range(4):
        doubt = doubt_of(left.steps[row].logprob)
        painted = dialog.model.index(row, LEFT).data(Qt.ItemDataRole.BackgroundRole)
        expected = None if doubt is Doubt.none else versions.theme.colour(TINTS[doubt])
        assert painted == expected


def test_keys_walk_the_differences(versions):
    dialog = opened(versions, 0, 1)
    table = versions.find(QTableView, "comparisonTable")
    assert table.currentIndex().row() == 3
    dialog.step(1)
    assert table.currentIndex().row() == 3
    versions.qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() == 4
    versions.qtbot.waitUntil(dialog.isActiveWindow)
    versions.qtbot.keyClick(table, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert table.currentIndex().row() == 3
    versions.qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    versions.find(QPushButton, "laterDifference").click()
    assert table.currentIndex().row() == 3


def test_other_versions_can_be_chosen(versions):
    opened(versions, 0, 2)
    assert "part at token 2" in versions.find(QWidget, "comparisonSummary").text()
    versions.find(QComboBox, "comparisonRight").setCurrentIndex(0)
    summary = versions.find(QWidget, "comparisonSummary")
    versions.qtbot.waitUntil(lambda: "the same, token by token" in summary.text())
    assert not versions.find(QPushButton, "laterDifference").isEnabled()


def test_one_version_alone_gets_one_sentence(desk):
    desk.ask("Hm?")
    desk.wait_idle()
    desk.qtbot.keyClick(desk.window, "b", Qt.KeyboardModifier.ControlModifier)
    assert "one version" in desk.window.page.notice.findChild(QWidget, "noticeSentence").text()
