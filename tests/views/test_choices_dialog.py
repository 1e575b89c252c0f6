"""“How sure is it?” from an answer, by one click."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from perhaps.probability.choices import FAR_FETCHED, in_all
from perhaps.probability.glyphs import visible_token
from perhaps.views import words
from perhaps.views.choice_tree import ANSWER, MEAN, SHARE, TOTAL


@pytest.fixture
def answered(desk):
    desk.ask("Is it red?")
    desk.wait_idle()
    return desk


def opened(desk) -> QDialog:
    dialog = desk.find(QDialog, "choicesDialog")
    desk.qtbot.waitUntil(lambda: not dialog.rating.running)
    return dialog


def tree(desk) -> QTreeWidget:
    return desk.find(QTreeWidget, "choiceTree")


def rows(desk) -> list[str]:
    shown = tree(desk)
    return [shown.topLevelItem(i).text(ANSWER) for i in range(shown.topLevelItemCount())]


def test_one_click_compares_yes_and_no_about_the_same_question(answered):
    answered.find(QToolButton, "askChoices").click()
    opened(answered)
    assert set(rows(answered)) == {"Yes", "No"}
    ((request, answers),) = answered.engine.scored
    assert request.messages == answered.session.last_answer.request.messages
    assert answers == ("Yes", " Yes", "yes", " yes", "No", " No", "no", " no")


def test_answers_that_are_all_unlikely_are_called_so(answered):
    answered.find(QToolButton, "askChoices").click()
    dialog = opened(answered)
    remark = dialog.findChild(QLabel, "choicesRemark")
    assert not remark.isVisible()
    long, longer = ("far fetched " * count for count in (60, 70))
    answered.find(QPlainTextEdit, "choicesList").setPlainText(f"{long}\n{longer}")
    answered.find(QPushButton, "rateChoices").click()
    answered.qtbot.waitUntil(remark.isVisible)
    assert in_all(dialog.rating.rated) < FAR_FETCHED
    assert "hardly begin" in remark.text()


@pytest.mark.parametrize("way", ["choicesLink", "choicesAction"])
def test_other_ways_lead_there_too(answered, way):
    if way == "choicesLink":
        answered.find(QPushButton, way).click()
    else:
        answered.qtbot.keyClick(answered.window, "y", Qt.KeyboardModifier.ControlModifier)
    assert opened(answered).windowTitle() == "How sure is it?"


def test_a_row_shows_share_totals_and_opens_into_tokens(answered):
    answered.find(QToolButton, "askChoices").click()
    dialog = opened(answered)
    best = dialog.rating.rated[0]
    row = tree(answered).topLevelItem(0)
    assert row.text(SHARE) == f"{best.share * 100:.1f} %"
    assert row.text(TOTAL) == words.signed(best.logprob)
    assert row.text(MEAN) == words.signed(best.mean)
    likelier, *others = best.spellings
    tokens = [row.child(i).text(ANSWER) for i in range(row.childCount() - len(others))]
    assert tokens == [visible_token(token.bytes) for token in likelier.tokens]
    assert row.child(0).text(TOTAL) == words.signed(likelier.tokens[0].logprob)
    assert row.child(len(tokens)).text(TOTAL) == words.signed(others[0].logprob)


def test_an_own_list_is_compared_and_kept(answered):
    answered.find(QToolButton, "askChoices").click()
    dialog = opened(answered)
    answered.find(QPlainTextEdit, "choicesList").setPlainText("Red\nLight blue\n")
    answered.qtbot.keyClick(
        answered.find(QPlainTextEdit, "choicesList"), "\r", Qt.KeyboardModifier.ControlModifier
    )
    answered.qtbot.waitUntil(lambda: set(rows(answered)) == {"Red", "Light blue"})
    dialog.close()
    answered.find(QToolButton, "askChoices").click()
    opened(answered)
    assert set(rows(answered)) == {"Red", "Light blue"}


@pytest.mark.parametrize(
    ("written", "told"),
    [("", "0 answers"), ("Yes\n\nNo", "Choice 2 is empty"), ("Yes\nYes", "there twice")],
)
def test_a_list_that_makes_no_sense_gets_one_sentence(answered, written, told):
    answered.find(QToolButton, "askChoices").click()
    opened(answered)
    answered.find(QPlainTextEdit, "choicesList").setPlainText(written)
    answered.find(QPushButton, "rateChoices").click()
    assert told in answered.find(QWidget, "choicesFailure").text()
    assert set(rows(answered)) == {"Yes", "No"}


def test_per_token_shares_are_others(answered):
    answered.find(QToolButton, "askChoices").click()
    dialog = opened(answered)
    answered.find(QPlainTextEdit, "choicesList").setPlainText("Yes it is indeed\nNo")
    answered.find(QPushButton, "rateChoices").click()
    answered.qtbot.waitUntil(lambda: "No" in rows(answered) and "Yes" not in rows(answered))
    before = [choice.share for choice in dialog.rating.rated]
    answered.find(QWidget, "choicesByLength").click()
    assert [choice.share for choice in dialog.rating.rated] != pytest.approx(before)
