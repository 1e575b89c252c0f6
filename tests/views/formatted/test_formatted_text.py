"""Finished answers as formatted text."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from perhaps.markdown.reading import Reading
from perhaps.state.selection import Selection, TokenPlace
from perhaps.views.formatted.formatted_text import FormattedText
from perhaps.views.formatted.writer import MOST_BLOCKS
from tests.helpers.hostile_markdown import LARGE
from tests.views.formatted.builders import PAGE, an_answer


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def show(qtbot, selection, theme):
    # Children are deleted by Qt, not by Python in the midst of a change of style.
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.show()

    def show(answer):
        text = FormattedText(Reading(answer.text), answer, selection, theme)
        text.setParent(holder)
        text.resize(600, 100)
        text.show()
        qtbot.waitUntil(lambda: text.complete)
        return text

    return show


def place_of(text, words):
    return text.document().toPlainText().index(words)


def point_of(text, index):
    return text.token_boxes(index)[0].center().toPoint()


def test_marks_are_gone_and_words_are_there(show):
    shown = show(an_answer(PAGE)).document().toPlainText()
    assert "owl" in shown
    assert "x = 1" in shown
    for mark in ("**", "```", "|", "# ", "https://"):
        assert mark not in shown


def test_it_is_as_high_as_its_text_at_every_width(show, qtbot):
    text = show(an_answer("- " + "word " * 100))
    wide = text.height()
    text.resize(200, text.height())
    qtbot.waitUntil(lambda: text.height() > 2 * wide)
    qtbot.waitUntil(lambda: text.verticalScrollBar().maximum() == 0)


def test_doubt_keeps_its_tint_behind_marks(show, theme):
    text = show(an_answer("An **old** `owl`", doubtful={"**old**": 0.3, "`owl`": 0.1}))
    cursor = text.textCursor()
    looks = {}
    for word in ("An", "old", "owl"):
        cursor.setPosition(place_of(text, word) + 1)
        look = cursor.charFormat()
        looks[word] = (look.background().color().name(), look.underlineStyle().name)
    assert looks["old"] == (theme.colour("doubt_some").name(), "SingleUnderline")
    assert looks["owl"] == (theme.colour("doubt_strong").name(), "DotLine")
    assert looks["An"][1] == "NoUnderline"


def test_a_click_on_a_word_pins_its_token(show, selection, qtbot):
    answer = an_answer(PAGE)
    text = show(answer)
    index = answer.trace.texts.index(" **owl**,")
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(text.viewport(), left, pos=point_of(text, index))
    assert selection.pinned == TokenPlace(answer, index)
    qtbot.mouseClick(text.viewport(), left, pos=point_of(text, index))
    assert selection.pinned is None


def test_every_shown_token_is_found_where_it_is_painted(show):
    answer = an_answer(PAGE)
    text = show(answer)
    found = 0
    for index in range(len(answer.steps)):
        for first, last in text._writer.page.places.ranges(*text._inked(index)):
            assert {text.token_at(place) for place in range(first, last)} == {index}
            found += 1
    assert found > 12


def test_keys_walk_the_tokens(show, selection, qtbot):
    answer = an_answer(PAGE)
    text = show(answer)
    qtbot.keyClick(text, Qt.Key.Key_Home)
    qtbot.keyClick(text, Qt.Key.Key_Right)
    assert selection.pinned == TokenPlace(answer, 1)


def test_what_is_copied_is_plain(show):
    text = show(an_answer(PAGE))
    text.selectAll()
    mime = text.createMimeDataFromSelection()
    assert mime.hasText()
    assert not mime.hasHtml()
    assert "\u2029" not in mime.text()


def test_code_is_copied_as_it_was_written(show, qtbot):
    code = "def f():\n\treturn  1\n\n\n# end"
    text = show(an_answer(f"Look:\n\n```python\n{code}\n```\n"))
    button = text.findChild(QPushButton, "copyCode")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == code
    assert button.text() == "Copied"


def test_a_link_is_opened_only_after_a_question_that_shows_the_host(show, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "perhaps.views.formatted.link_question.QDesktopServices.openUrl", opened.append
    )
    text = show(an_answer("See [my bank](https://evil.example:8080/bank.com)."))
    text.anchorClicked.emit(QUrl("https://evil.example:8080/bank.com"))
    question = text.window().findChild(QMessageBox, "linkQuestion")
    assert "evil.example:8080" in question.text()
    assert question.textFormat() is Qt.TextFormat.PlainText
    assert question.defaultButton() is question.button(QMessageBox.StandardButton.Cancel)
    assert opened == []
    qtbot.mouseClick(question.findChild(QPushButton, "openLink"), Qt.MouseButton.LeftButton)
    assert opened == [QUrl("https://evil.example:8080/bank.com")]


def test_nothing_is_loaded(show):
    text = show(an_answer("![x](/etc/hostname) **a**"))
    kinds = QTextDocument.ResourceType
    for kind in (kinds.ImageResource, kinds.HtmlResource, kinds.StyleSheetResource):
        assert not text.document().resource(kind, QUrl("file:///etc/hostname"))
    text.setSource(QUrl("file:///etc/hostname"))
    assert "x" in text.document().toPlainText()


@pytest.mark.parametrize("name", LARGE)
def test_hostile_texts_fill_a_bounded_document(show, name):
    text = show(an_answer(LARGE[name][:15_000]))
    assert text.document().blockCount() < MOST_BLOCKS + 3200
    assert text.document().characterCount() < 90_000
    text.grab(text.rect().intersected(text.rect().adjusted(0, 0, 0, 800 - text.height())))


def test_hovering_a_link_shows_where_it_leads(show):
    text = show(an_answer("[a](https://example.com/<b>)"))
    text.highlighted.emit(QUrl("https://example.com/<b>"))
    assert "example.com" in text.toolTip()
    assert "<b>" not in text.toolTip()


def test_a_table_is_copied_with_tabs_and_lines(show):
    text = show(
        an_answer("Before 😀:\n\n| a | b |\n|---|---|\n| 😀 | |\n| 3 | 4 |\n\nAfter\n\n- x")
    )
    text.selectAll()
    assert text.marked_text() == "Before 😀:\na\tb\n😀\t\n3\t4\nAfter\n•\tx"
    assert text.createMimeDataFromSelection().text() == text.marked_text()


def test_cells_that_are_marked_are_copied_alone(show):
    text = show(an_answer("| a | b | c |\n|---|---|---|\n| d | e | f |\n| g | h | i |"))
    cursor = text.textCursor()
    cursor.setPosition(place_of(text, "e"))
    cursor.setPosition(place_of(text, "i"), QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    assert text.marked_text() == "e\tf\nh\ti"


def test_a_part_of_a_line_is_copied_as_it_is(show):
    text = show(an_answer("**One** two\nthree\n\nfour"))
    cursor = text.textCursor()
    cursor.setPosition(2)
    cursor.setPosition(place_of(text, "four") + 2, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    assert text.marked_text() == "e two\nthree\nfo"
    cursor.clearSelection()
    text.setTextCursor(cursor)
    assert text.marked_text() == ""


def test_what_stands_deep_has_room_for_its_words(show):
    deep = show(an_answer("".join("  " * level + f"- level {level}\n" for level in range(12))))
    assert "level 11" in deep.document().toPlainText()
    block = deep.document().lastBlock()
    assert block.blockFormat().leftMargin() < deep.width() / 2
