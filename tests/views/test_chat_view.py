"""Long chats: only what is near is there, and nothing that is seen moves."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.state.conversation import Conversation, Question, Turn
from perhaps.views.chat_view import AHEAD
from perhaps.views.icons import IconButton
from perhaps.views.turn_heights import TurnHeights
from tests.helpers.fake_engine import FakeEngine, answer_script
from tests.views.formatted.builders import PAGE, an_answer

MANY = 300


def long_chat(count=MANY):
    conversation = Conversation()
    for number in range(count):
        turn = Turn(Question(f"Question {number}"))
        turn.add_answer(
            an_answer(PAGE if number % 3 == 0 else f"Answer {number}. " * (number % 40))
        )
        conversation.add_turn(turn)
    return conversation


@pytest.fixture(scope="module")
def conversation(qapp):
    return long_chat()


@pytest.fixture
def chat(desk, conversation, qtbot):
    chat = desk.window.page.chat
    desk.window.page._stack.setCurrentWidget(chat)
    chat.show_conversation(conversation)
    settle(qtbot, chat)
    return chat


def settle(qtbot, chat):
    qtbot.waitUntil(lambda: not chat._settle.isActive() and not chat._prepare.isActive())


def seen(chat):
    top, height = chat.verticalScrollBar().value(), chat.viewport().height()
    return [v for v in chat.turn_views if v.geometry().bottom() > top and v.y() < top + height]


def offset(chat, view):
    return view.y() - chat.verticalScrollBar().value()


def test_a_long_chat_opens_at_its_end_with_few_widgets(chat):
    assert seen(chat)[-1].turn.question.text == f"Question {MANY - 1}"
    bar = chat.verticalScrollBar()
    assert bar.value() == bar.maximum() > 20_000
    assert len(chat.turn_views) < 25


def test_turns_never_overlap_and_leave_no_holes(chat, qtbot):
    for value in (0, 5000, 17_000, 31_000, 2000):
        chat.verticalScrollBar().setValue(value)
        settle(qtbot, chat)
        views = seen(chat)
        assert views
        numbers = [chat._turns.index(view.turn) for view in views]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        for above, below in itertools.pairwise(views):
            assert below.y() - (above.y() + above.height()) == 28
        for view in views:
            answer = view.answer_view
            assert answer.geometry().bottom() <= view.height()


def test_what_was_scrolled_past_is_given_up(chat, qtbot):
    for value in range(0, 30_000, 400):
        chat.verticalScrollBar().setValue(value)
    settle(qtbot, chat)
    assert len(chat.turn_views) < 60
    top = chat.verticalScrollBar().value()
    assert all(abs(view.y() - top) < 10 * AHEAD for view in chat.turn_views)


def test_what_is_seen_stays_while_heights_above_are_learned(chat, qtbot):
    chat.verticalScrollBar().setValue(15_000)
    settle(qtbot, chat)
    view = seen(chat)[1]
    for _ in range(20):
        before = offset(chat, view)
        chat.verticalScrollBar().setValue(chat.verticalScrollBar().value() - 30)
        moved = offset(chat, view) - before
        assert moved == 30
        settle(qtbot, chat)
        assert offset(chat, view) - before == 30
        if view not in seen(chat):
            view = seen(chat)[1]


def test_a_turn_that_grows_above_moves_nothing_that_is_seen(chat, qtbot):
    chat.verticalScrollBar().setValue(15_000)
    settle(qtbot, chat)
    first = seen(chat)[0]
    above = next(v for v in reversed(chat.turn_views) if v.y() + v.height() < first.y())
    before = offset(chat, first)
    above.setMinimumHeight(above.height() + 500)
    settle(qtbot, chat)
    qtbot.waitUntil(lambda: above.height() > 500)
    assert offset(chat, first) == before


def test_another_width_keeps_turns_apart(chat, qtbot, desk):
    desk.window.resize(900, 700)
    settle(qtbot, chat)
    for above, below in zip(seen(chat), seen(chat)[1:], strict=False):
        assert below.y() - (above.y() + above.height()) == 28


def test_a_turn_far_away_is_brought_into_view(chat, qtbot):
    turn = chat._turns[20]
    view = chat.view_of(turn)
    settle(qtbot, chat)
    assert view in seen(chat)
    assert 0 <= offset(chat, view) < chat.viewport().height()


def test_writing_is_followed_unless_the_person_scrolled_away(open_window, qtbot):
    words = " ".join(f"word{number}" for number in range(600))
    script = answer_script(words, delay=0.002)
    desk = open_window(FakeEngine(answers=(script,)))
    desk.session.settings.max_tokens = 1000
    desk.ask("Count.")
    answer = desk.session.last_answer
    bar = desk.window.page.chat.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    bar.setValue(40)
    so_far = len(answer.steps)
    qtbot.waitUntil(lambda: len(answer.steps) > so_far + 50)
    assert bar.value() == 40
    desk.wait_idle()


def test_marked_words_stay_marked_while_more_come(open_window, qtbot):
    words = " ".join(f"word{number}" for number in range(300))
    desk = open_window(FakeEngine(answers=(answer_script(f"**One** {words}", delay=0.003),)))
    desk.ask("Count.")
    answer = desk.session.last_answer
    qtbot.waitUntil(lambda: len(answer.steps) > 20)
    flow = desk.window.page.chat.turn_views[-1].answer_view.flow
    qtbot.keyClick(flow, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    marked = flow.marked_text()
    assert marked.startswith("**One** word0")
    desk.wait_idle()
    assert flow.marked_text() == marked
    qtbot.keyClick(flow, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == marked
    # It could be formatted, but then the mark would be gone.
    assert flow.isVisible()


def test_a_question_is_edited_in_its_place(open_window, qtbot):
    desk = open_window(FakeEngine(answers=(answer_script("One."), answer_script("Two."))))
    desk.ask("First?")
    desk.wait_idle()
    act(desk, "editAction")
    field = desk.find(QWidget, "questionEditorField")
    assert field.toPlainText() == "First?"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert desk.find(QLabel, "questionText").text() == "First?"
    act(desk, "editAction")
    field = desk.find(QWidget, "questionEditorField")
    field.setPlainText("Second?")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.session.conversation.root.turns) == 2)
    desk.wait_idle()
    assert desk.find(QLabel, "questionText").text() == "Second?"
    assert desk.find(QLabel, "versionNumber").text() == "2/2"
    desk.find(IconButton, "versionBack").click()
    assert desk.find(QLabel, "questionText").text() == "First?"


def test_a_deleted_answer_comes_back(open_window, qtbot):
    desk = open_window(FakeEngine(answers=(answer_script("One."), answer_script("Two."))))
    desk.ask("First?")
    desk.wait_idle()
    desk.session.regenerate()
    desk.wait_idle()
    desk.find(IconButton, "deleteAnswer").click()
    assert desk.session.last_answer.text == "One."
    desk.find(QPushButton, "undo").click()
    assert desk.session.last_answer.text == "Two."
    act(desk, "deleteAction")
    act(desk, "deleteAction")
    assert desk.session.conversation.turns == []
    assert desk.find(QWidget, "welcome").isVisible()
    desk.find(QPushButton, "undo").click()
    assert desk.session.last_answer.text == "One."


def test_quote_copy_and_the_least_certain_word_have_keys(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("Perhaps a red apple."),)))
    desk.ask("What?")
    desk.wait_idle()
    act(desk, "copyAnswerAction")
    assert QGuiApplication.clipboard().text() == "Perhaps a red apple."
    act(desk, "quoteAction")
    assert desk.window.page.composer.edit.toPlainText() == "> Perhaps a red apple.\n"
    act(desk, "leastSureAction")
    first = desk.session.selection.pinned
    assert first is not None
    act(desk, "leastSureAction")
    assert desk.session.selection.pinned != first


def test_keys_do_nothing_in_an_empty_chat(desk):
    for name in ("editAction", "leastSureAction", "copyAnswerAction", "deleteAction"):
        act(desk, name)
    assert desk.session.conversation.turns == []


def test_tools_come_with_the_mouse_and_move_nothing(open_window, qtbot):
    desk = open_window()
    for question in ("One?", "Two?"):
        desk.ask(question)
        desk.wait_idle()
    first = desk.window.page.chat.turn_views[0]
    height = first.height()
    first.answer_view._hovered = True
    first.answer_view._refresh_tools()
    first.question._show_tools(seen=True)
    qtbot.wait(30)
    assert first.height() == height
    assert first.findChild(IconButton, "copyAnswer").isVisible()
    assert first.findChild(IconButton, "editThisQuestion").isVisible()


def test_heights_add_up():
    heights = TurnHeights(top=10, gap=5)
    heights.set_from(0, [100, 50, 200])
    assert [heights.top(i) for i in range(3)] == [10, 115, 170]
    assert heights.total == 370
    assert list(heights.between(111, 114)) == []
    assert list(heights.between(0, 10)) == [0]
    assert list(heights.between(110, 170)) == [1, 2]
    assert heights.set(1, 60) == 10
    assert heights.total == 380
    heights.set_from(1, [])
    assert (len(heights), heights.total) == (1, 110)


def act(desk, name):
    (action,) = [a for a in desk.window.actions() if a.objectName() == name]
    action.trigger()


def test_other_colours_keep_the_words_and_the_copy_buttons(chat, desk):
    (text, *_) = [v.answer_view.body.formatted for v in seen(chat) if v.answer_view.body.can_format]
    before = text.document().toPlainText()
    desk.theme.changed.emit()
    assert text.document().toPlainText() == before
    assert text.findChildren(QPushButton, "copyCode")


def test_an_answer_that_was_stopped_is_shown_whole(open_window, qtbot):
    words = " ".join(f"**word{number}**" for number in range(300))
    desk = open_window(FakeEngine(answers=(answer_script(words, delay=0.01, blocks=True),)))
    desk.session.settings.formatted = False
    desk.ask("Count.")
    qtbot.waitUntil(lambda: len(desk.session.last_answer.steps) > 12)
    desk.session.stop()
    desk.wait_idle()
    (view,) = desk.window.page.chat.turn_views
    needed = view.answer_view.heightForWidth
    qtbot.waitUntil(lambda: view.answer_view.height() == needed(view.answer_view.width()))
    line = view.answer_view.line
    assert line.height() >= line.heightForWidth(line.width()) > 30
    assert view.answer_view.body.height() >= view.answer_view.flow.height()


def test_a_turn_that_cannot_be_shown_leaves_the_chats_after_it_whole(chat, qtbot):
    broken = Conversation()
    turn = Turn(Question("?", pictures=("no picture at all",)))
    turn.add_answer(an_answer("Answer"))
    broken.add_turn(turn)
    with pytest.raises(AttributeError):
        chat.show_conversation(broken)
    chat.show_conversation(long_chat(2))
    settle(qtbot, chat)
    assert len(seen(chat)) == 2
