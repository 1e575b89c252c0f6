"""Questions that wait: for a model, for a picture, or for another try."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.paths import resources_path
from perhaps.views.icons import IconButton
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, answer_script
from tests.helpers.scripts import LoadScript

SAMPLES = load_samples(resources_path() / "samples")
LONG = answer_script("one two three four five six seven eight nine ten", delay=0.02)


def test_sending_is_never_silently_impossible(open_window):
    slow = LoadScript(stages=20, delay=0.05)
    desk = open_window(FakeEngine(loads=(slow,)), load=False)
    send = desk.find(QPushButton, "send")
    desk.window.page.composer.edit.setPlainText("What is it?")
    assert not send.isEnabled()
    assert desk.find(QLabel, "sendHint").text() == "No model is open" == send.toolTip()
    assert desk.find(QPushButton, "remedy").text() == "Open model…"
    desk.window.load_starter()
    assert desk.find(QLabel, "sendHint").text() == "Loading the model…"
    desk.find(IconButton, "cancelLoad").click()
    desk.qtbot.waitUntil(lambda: desk.window.page.notice.isVisible())
    desk.window.load_starter()
    desk.wait_ready()
    assert send.isEnabled()


def test_a_model_without_eyes_offers_to_remove_the_picture(open_window):
    desk = open_window(FakeEngine(sees=False))
    desk.session.attachments.add_path(str(SAMPLES[0].path))
    desk.window.page.composer.edit.setPlainText("What is it?")
    assert "cannot see" in desk.find(QLabel, "sendHint").text()
    desk.find(QPushButton, "remedy").click()
    assert desk.session.obstacle is None


def test_a_sample_is_asked_with_one_click_even_while_the_model_loads(open_window):
    desk = open_window(FakeEngine(loads=(LoadScript(stages=4, delay=0.05),)), load=False)
    desk.window.load_starter()
    card = desk.find(QWidget, "sampleCard")
    desk.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert desk.window.page.composer.edit.toPlainText() == SAMPLES[2].question
    desk.qtbot.waitUntil(lambda: bool(desk.engine.requests))
    desk.wait_idle()
    (message,) = desk.engine.requests[0].messages
    assert message.parts[1].text == SAMPLES[2].question
    assert desk.window.page.composer.edit.toPlainText() == ""


def test_a_waiting_question_that_is_edited_waits_for_enter(open_window):
    desk = open_window(load=False)
    desk.window.load_starter()
    desk.window.page._ask_sample(SAMPLES[0])
    desk.window.page.composer.edit.setPlainText("Something else")
    desk.wait_ready()
    desk.qtbot.waitUntil(lambda: desk.session.obstacle is None)
    assert desk.engine.requests == []
    assert desk.window.page.composer.edit.toPlainText() == "Something else"


def test_enter_while_the_model_loads_sends_as_soon_as_it_is_there(open_window):
    desk = open_window(FakeEngine(loads=(LoadScript(delay=0.05),)), load=False)
    desk.window.load_starter()
    edit = desk.window.page.composer.edit
    desk.qtbot.keyClicks(edit, "What is it?")
    desk.press(Qt.Key.Key_Return)
    assert edit.toPlainText() == "What is it?"
    assert desk.find(QLabel, "sendHint").text().endswith("Your question goes by itself then.")
    desk.qtbot.waitUntil(lambda: bool(desk.engine.requests))
    desk.wait_idle()
    assert edit.toPlainText() == ""
    assert desk.session.conversation.turns[0].question.text == "What is it?"


def test_esc_takes_a_waiting_question_back_and_keeps_its_words(open_window):
    desk = open_window(FakeEngine(loads=(LoadScript(delay=0.05),)), load=False)
    desk.window.load_starter()
    edit = desk.window.page.composer.edit
    desk.qtbot.keyClicks(edit, "What is it?")
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ready()
    desk.qtbot.waitUntil(lambda: desk.session.obstacle is None)
    assert desk.engine.requests == []
    assert edit.toPlainText() == "What is it?"


def test_a_loading_that_was_stopped_can_be_taken_up_again(open_window):
    slow = LoadScript(stages=200, delay=0.05)
    desk = open_window(FakeEngine(loads=(slow, LoadScript())), load=False)
    desk.window.load_starter()
    desk.find(QWidget, "loadBar")
    desk.session.engine.cancel_load()
    remedy = desk.find(QPushButton, "noticeRemedy")
    assert remedy.text() == "Load it again"
    assert desk.find(QPushButton, "remedy").text() == "Load it again"
    remedy.click()
    desk.wait_ready()
    assert not desk.window.page.notice.isVisible()
