"""What a person sees, and is asked, while the disk does not take the chats."""

import pytest
from PySide6.QtWidgets import QPushButton

from perhaps.archive.thread import Trouble
from perhaps.errors import ModelError
from perhaps.views.close_question import CloseQuestion
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.scripts import LoadScript
from tests.state.builders import PAIR

FULL = Trouble("The disk is full: free some space.", waiting=True)


def shown(desk):
    notice = desk.window.page.notice
    return notice.sentence if notice.isVisible() else ""


def test_a_loaded_model_leaves_the_notice_on_the_disk_alone(open_window):
    desk = open_window(load=False)
    desk.session.archive.trouble_changed.emit(FULL)
    desk.session.engine.load(PAIR)
    desk.wait_ready()
    assert shown(desk).startswith(FULL.sentence)


def test_it_comes_back_after_a_notice_on_the_engine(open_window):
    fails = LoadScript(error=ModelError("This is no model."))
    desk = open_window(FakeEngine(loads=(fails, LoadScript())), load=False)
    desk.session.archive.trouble_changed.emit(FULL)
    desk.session.engine.load(PAIR)
    desk.qtbot.waitUntil(lambda: shown(desk) and not shown(desk).startswith(FULL.sentence))
    desk.session.engine.load(PAIR)
    desk.qtbot.waitUntil(lambda: shown(desk).startswith(FULL.sentence))


@pytest.mark.parametrize("asks", [True, False])
def test_closing_asks_only_when_something_would_be_lost(desk, asks):
    if asks:
        desk.ask("How many circles?")
        desk.wait_idle()
    desk.session.archive.trouble_changed.emit(FULL)
    assert desk.window.close() is not asks
    assert desk.window.isVisible() is asks


def test_the_person_may_stay_or_lose_it(desk):
    desk.ask("How many circles?")
    desk.wait_idle()
    desk.session.archive.trouble_changed.emit(FULL)
    desk.window.close()
    question = desk.find(CloseQuestion, "closeQuestion")
    assert question.informativeText() == FULL.sentence
    question.reject()
    assert desk.window.isVisible()
    desk.window.close()
    desk.find(QPushButton, "closeAnyway").click()
    assert not desk.window.isVisible()


def test_what_is_kept_again_needs_no_question(desk):
    desk.ask("How many circles?")
    desk.wait_idle()
    desk.session.archive.trouble_changed.emit(FULL)
    desk.session.archive.trouble_changed.emit(None)
    assert desk.window.close()


def test_chats_that_cannot_be_opened_yet_are_told_of(desk):
    desk.session.archive.trouble_changed.emit(Trouble(FULL.sentence, waiting=True, opened=False))
    assert shown(desk) == (
        f"{FULL.sentence} Your chats are shown once they can be opened; until then, what is new "
        "is in this window only."
    )
    desk.session.archive.trouble_changed.emit(None)
    assert shown(desk) == "Your chats are kept again."


def test_a_single_loss_is_told_as_one(desk):
    fault = "Something went wrong with your chats (KeyError: 1): start the program again."
    desk.session.archive.trouble_changed.emit(Trouble(fault, waiting=False, passing=True))
    assert shown(desk) == f"{fault} What you did last is not kept."
