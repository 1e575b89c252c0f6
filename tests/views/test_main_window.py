"""The window as a person uses it, with a scripted engine behind it."""

import time

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.errors import ComputeError
from perhaps.inference.protocol import FinishReason
from perhaps.paths import resources_path
from perhaps.state.selection import TokenPlace
from perhaps.views.icons import IconButton
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, answer_script
from tests.helpers.scripts import AnswerScript

SAMPLES = load_samples(resources_path() / "samples")
LONG = answer_script("one two three four five six seven eight nine ten", delay=0.02)


def flow_of(desk):
    return desk.window.page.chat.turn_views[-1].answer_view.flow


def test_a_question_by_keyboard_is_answered(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    assert desk.session.last_answer.text == "Perhaps a red apple."
    assert desk.find(QLabel, "answerTokenCount").text() == "4 tokens"
    assert desk.find(QLabel, "questionText").text() == "What is it?"
    assert desk.window.page.composer.edit.toPlainText() == ""
    assert desk.find(QWidget, "chatTitle").text() == "What is it?"


def test_the_question_has_the_focus_from_the_beginning(open_window):
    desk = open_window(load=False)
    assert desk.window.focusWidget() is desk.window.page.composer.edit


@pytest.mark.parametrize("name", ["sampleCard", "send", "stop", "tryAgain", "regenerate"])
def test_a_click_on_what_then_hides_leaves_the_focus_to_the_question(open_window, name):
    broken = AnswerScript(error=ComputeError("Broken."))
    first = {"stop": AnswerScript(blocks=True), "tryAgain": broken}.get(name, LONG)
    desk = open_window(FakeEngine(answers=(first, LONG)))
    edit = desk.window.page.composer.edit
    desk.qtbot.keyClicks(edit, "Count.")
    if name in ("stop", "tryAgain", "regenerate"):
        desk.press(Qt.Key.Key_Return)
    if name in ("tryAgain", "regenerate"):
        desk.qtbot.waitUntil(lambda: bool(desk.session.conversation.turns))
        desk.wait_idle()
    control = desk.find(QWidget, name)
    control.setFocus()
    desk.qtbot.mouseClick(control, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.window.focusWidget() is edit)
    desk.qtbot.waitUntil(lambda: desk.session.last_answer is not None)
    desk.wait_idle()
    assert desk.window.focusWidget() is edit


def test_what_is_typed_beside_the_field_goes_into_it(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    flow = flow_of(desk)
    flow.setFocus()
    edit = desk.window.page.composer.edit
    desk.press(Qt.Key.Key_X, flow, Qt.KeyboardModifier.AltModifier)
    assert edit.toPlainText() == ""
    desk.qtbot.keyClicks(flow, "w")
    assert edit.toPlainText() == "w"
    assert desk.window.focusWidget() is edit


def test_shift_enter_starts_a_line_and_sends_nothing(desk):
    edit = desk.window.page.composer.edit
    desk.qtbot.keyClicks(edit, "one")
    desk.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ShiftModifier)
    desk.qtbot.keyClicks(edit, "two")
    assert edit.toPlainText() == "one\ntwo"
    assert desk.session.last_answer is None


def test_esc_stops_and_keeps_what_was_written(open_window):
    desk = open_window(FakeEngine(answers=(LONG,)))
    desk.ask("Count.")
    desk.qtbot.waitUntil(lambda: len(desk.session.last_answer.steps) >= 2)
    desk.press(Qt.Key.Key_Escape)
    desk.wait_idle()
    answer = desk.session.last_answer
    assert answer.finish.reason is FinishReason.cancelled
    assert answer.text.startswith("one two")
    assert len(answer.steps) < 10
    assert desk.find(QLabel, "answerEnding").text() == "stopped while writing"


def test_esc_lets_the_pinned_token_go_before_it_stops(open_window):
    desk = open_window(FakeEngine(answers=(LONG,)))
    desk.ask("Count.")
    answer = desk.session.last_answer
    desk.qtbot.waitUntil(lambda: bool(answer.steps))
    desk.session.selection.pin(TokenPlace(answer, 0))
    desk.press(Qt.Key.Key_Escape)
    assert desk.session.selection.pinned is None
    assert not answer.stopping
    desk.press(Qt.Key.Key_Escape)
    assert answer.stopping
    desk.wait_idle()


def test_the_limit_is_told(open_window):
    desk = open_window(FakeEngine(answers=(LONG,)))
    desk.session.settings.max_tokens = 3
    desk.ask("Count.")
    desk.wait_idle()
    assert desk.find(QLabel, "answerEnding").text() == "reached the limit of 3 tokens"


def test_pasted_text_stays_plain(desk):
    mime = QMimeData()
    mime.setText("<b>bold</b>")
    mime.setHtml("<b>bold</b>")
    desk.window.page.composer.edit.insertFromMimeData(mime)
    assert desk.window.page.composer.edit.toPlainText() == "<b>bold</b>"


def test_a_failed_answer_keeps_its_words_and_offers_another_try(open_window):
    broken = answer_script("Half an", error=ComputeError("The device ran out of memory."))
    desk = open_window(FakeEngine(answers=(broken, answer_script("Whole."))))
    desk.ask("What is it?")
    desk.wait_idle()
    assert desk.session.last_answer.text == "Half an"
    assert "out of memory" in desk.find(QLabel, "answerFailureSentence").text()
    desk.find(QPushButton, "editQuestion").click()
    assert desk.window.page.composer.edit.toPlainText() == "What is it?"
    desk.find(QPushButton, "tryAgain").click()
    desk.wait_idle()
    assert desk.session.last_answer.text == "Whole."


def test_versions_are_walked(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("One."), answer_script("Two."))))
    desk.ask("What is it?")
    desk.wait_idle()
    desk.find(IconButton, "regenerate").click()
    desk.wait_idle()
    assert desk.find(QLabel, "versionNumber").text() == "2/2"
    assert flow_of(desk).answer.text == "Two."
    desk.find(IconButton, "versionBack").click()
    assert desk.find(QLabel, "versionNumber").text() == "1/2"
    assert flow_of(desk).answer.text == "One."
    # The inspector shows what the chat shows.
    assert desk.session.selection.current.answer is flow_of(desk).answer
    desk.session.selection.pin(TokenPlace(flow_of(desk).answer, 0))
    desk.find(IconButton, "versionBack").click()
    assert desk.session.selection.pinned is not None


def test_arrow_keys_in_the_empty_field_walk_the_tokens(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    desk.press(Qt.Key.Key_Left)
    assert desk.session.selection.pinned.index == 2
    header = desk.find(QWidget, "tokenGlyphs")
    assert header.text() == "·red"
    desk.press(Qt.Key.Key_Right)
    assert header.text() == "·apple."


def test_least_sure_words_lead_to_their_tokens(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    link = desk.find(QPushButton, "leastSureWord")
    link.click()
    place = desk.session.selection.pinned
    assert link.text() in place.step.text


def test_chats_of_this_run_can_be_opened_again(desk):
    desk.ask("First?")
    desk.wait_idle()
    desk.find(QPushButton, "newChat").click()
    assert desk.window.page.chat.turn_views == ()
    assert desk.find(QWidget, "welcome").isVisible()
    chats = desk.window.sidebar.list
    desk.qtbot.waitUntil(lambda: chats.rows.rowCount() == 2)
    row = chats.visualRect(chats.rows.index(1)).center()
    desk.qtbot.mouseClick(chats.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert desk.find(QLabel, "questionText").text() == "First?"


def test_an_engine_that_dies_costs_one_answer(open_window):
    desk = open_window(FakeEngine(answers=(AnswerScript(LONG.steps, blocks=True), LONG)))
    desk.ask("Count.")
    answer = desk.session.last_answer
    desk.qtbot.waitUntil(lambda: len(answer.steps) == 10)
    # The scripted host lives in a thread; ending its pipe is its death.
    desk.session.link._supervisor._client._host.kill()
    desk.qtbot.waitUntil(lambda: answer.failed)
    assert answer.text.startswith("one two")
    desk.wait_ready()
    # Told once, where the person looks: in the answer.
    assert not desk.window.page.notice.sentence
    desk.ask("And now?")
    desk.qtbot.waitUntil(lambda: desk.session.last_answer is not answer)
    desk.wait_idle()
    assert desk.session.last_answer.text.startswith("one two")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("newChatAction", "Ctrl+N"),
        ("openModelAction", "Ctrl+O"),
        ("regenerateAction", "Ctrl+R"),
        ("inspectorAction", "Ctrl+I"),
        ("settingsAction", "Ctrl+,"),
        ("keysAction", "F1"),
        ("quitAction", "Ctrl+Q"),
    ],
)
def test_keys_belong_to_actions(desk, name, key):
    (action,) = [a for a in desk.window.actions() if a.objectName() == name]
    assert action.shortcut() == QKeySequence(key)


def test_settings_key_shows_the_settings(desk):
    (action,) = [a for a in desk.window.actions() if a.objectName() == "settingsAction"]
    desk.window.inspector.hide()
    action.trigger()
    assert desk.find(QWidget, "settingsPanel")


def test_a_narrow_window_keeps_the_chat(desk):
    desk.window.resize(900, 600)
    desk.qtbot.waitUntil(lambda: desk.window.width() == 900)
    assert not desk.window.sidebar.isVisible()
    assert desk.window.page.composer.isVisible()
    assert desk.window.inspector.isVisible()


def test_every_control_has_a_name_for_tools_and_one_for_people(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    for button in desk.window.findChildren(QPushButton) + desk.window.findChildren(IconButton):
        assert button.objectName(), button.text()
        if button.isVisible():
            assert button.text() or button.accessibleName(), button.objectName()


def test_leaving_the_window_with_the_mouse_stops_peeking(desk):
    desk.ask("What is it?")
    desk.wait_idle()
    desk.session.selection.hover(TokenPlace(desk.session.last_answer, 0))
    flow_of(desk).leaveEvent(QEvent(QEvent.Type.Leave))
    assert desk.session.selection.hovered is None


@pytest.mark.parametrize(
    "question",
    [
        "And now?",
        "What is on the purple card?",
        "Y",
        "one more",
        "word " * 16,
        "word " * 90,
        "a\tb",
    ],
)
def test_a_question_is_shown_whole(desk, question):
    desk.ask(question)
    label = desk.find(QLabel, "questionText")
    longest = max(question.split(), key=len)
    words = label.fontMetrics().horizontalAdvance(longest)
    desk.qtbot.waitUntil(lambda: label.contentsRect().width() >= words)
    assert label.heightForWidth(label.width()) <= label.height()
    desk.wait_idle()


def test_a_very_long_question_is_sent_whole_and_shown_in_part(desk):
    question = "a b\n" * 20_000 + "end"
    begun = time.perf_counter()
    desk.ask(question)
    desk.wait_idle()
    assert time.perf_counter() - begun < 30, "it must not freeze the window"
    (message,) = desk.engine.requests[-1].messages
    assert message.parts[0].text == question
    assert len(desk.find(QLabel, "questionText").text()) == 240
    assert desk.find(QLabel, "questionRest").text().startswith("and 79\u202f763 more characters")


def test_what_has_no_room_in_the_field_is_told(desk):
    mime = QMimeData()
    mime.setText("word " * 20_001)
    desk.window.page.composer.edit.insertFromMimeData(mime)
    assert len(desk.window.page.composer.edit.toPlainText()) < 100_001
    assert "6 characters were left out" in desk.window.page.notice.sentence


def test_a_short_question_after_a_failed_one_is_shown_whole(open_window):
    desk = open_window(FakeEngine(answers=(AnswerScript(error=ComputeError("Broken.")),)))
    desk.ask("one")
    desk.wait_idle()
    desk.ask("one more")
    desk.wait_idle()
    label = desk.find(QLabel, "questionText")
    one_line = label.fontMetrics().lineSpacing()
    desk.qtbot.waitUntil(lambda: label.height() > 0)
    assert label.heightForWidth(label.width()) < 2 * one_line
    font = label.font()
    font.setPixelSize(40)
    label.setFont(font)
    label.setStyleSheet("font-size: 40px")
    assert label.heightForWidth(label.width()) < 2 * label.fontMetrics().lineSpacing()


def test_a_new_chat_while_an_answer_comes_leaves_both_whole(open_window):
    desk = open_window(
        FakeEngine(answers=(answer_script("One two three", blocks=True), answer_script("Short.")))
    )
    desk.ask("Count.")
    answer = desk.session.last_answer
    desk.qtbot.waitUntil(lambda: len(answer.steps) >= 2)
    desk.find(QPushButton, "newChat").click()
    desk.wait_idle()
    assert answer.finish.reason is FinishReason.cancelled
    desk.ask("And now?")
    desk.wait_idle()
    assert desk.session.last_answer.text == "Short."
    for _ in range(3):
        for chat in desk.session.conversations:
            desk.session.open_chat(chat)
            desk.qtbot.wait(20)
    assert flow_of(desk).answer is answer


def test_many_chats_scroll_and_do_not_stretch_the_window(desk):
    needed = desk.window.minimumSizeHint().height()
    for number in range(40):
        desk.ask(f"Question {number}")
        desk.wait_idle()
        desk.session.new_chat()
    assert desk.window.minimumSizeHint().height() == needed
    assert len(desk.session.conversations) == 40


def test_a_question_that_looks_like_html_stays_what_it_is(desk):
    text = "<img src='file:///etc/passwd'> " + "very " * 30
    desk.ask(text)
    desk.wait_idle()
    assert desk.find(QWidget, "chatTitle").text().startswith("<img")
    assert desk.find(QLabel, "questionText").textFormat() is Qt.TextFormat.PlainText


def test_nothing_can_be_answered_again_before_the_first_question(desk):
    (again,) = [a for a in desk.window.actions() if a.objectName() == "regenerateAction"]
    assert not again.isEnabled()
    desk.ask("What is it?")
    desk.wait_idle()
    assert again.isEnabled()
