"""All chats by mouse and keyboard: opened, found, renamed, pinned, deleted, given pictures."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget

from perhaps.paths import resources_path
from perhaps.views.labels import ElidedLabel
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, answer_script

SAMPLES = load_samples(resources_path() / "samples")
QUESTIONS = ("Where is the owl?", "How many stars?", "What is red?")


@pytest.fixture
def desk(open_window):
    """A window with three chats; the last one is open."""
    answers = tuple(answer_script(f"Answer {i} tells of moons.") for i in range(len(QUESTIONS)))
    desk = open_window(FakeEngine(answers=answers))
    for number, question in enumerate(QUESTIONS):
        if number:
            desk.session.new_chat()
        desk.ask(question)
        desk.wait_idle()
    desk.qtbot.waitUntil(lambda: desk.window.sidebar.list.rows.rowCount() == 4)
    return desk


@pytest.fixture
def chats(desk):
    return desk.window.sidebar.list


def titles(chats):
    rows = range(chats.rows.rowCount())
    return [title for row in rows if (title := chats.rows.data(chats.rows.index(row)))]


def key(desk, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
    desk.qtbot.keyClick(widget, key, modifier)


def choose(chats, title):
    rows = range(chats.rows.rowCount())
    number = next(row for row in rows if chats.rows.data(chats.rows.index(row)) == title)
    chats.setFocus()
    chats.setCurrentIndex(chats.rows.index(number))
    return chats.rows.row(chats.rows.index(number)).conversation


def search(desk, words):
    field = desk.window.sidebar.search
    field.setFocus()
    field.clear()
    desk.qtbot.keyClicks(field, words)


def test_the_latest_chat_is_on_top(chats):
    assert titles(chats) == list(reversed(QUESTIONS))


def test_enter_opens_the_chosen_chat(desk, chats):
    first = choose(chats, QUESTIONS[0])
    key(desk, chats, Qt.Key.Key_Return)
    assert desk.session.conversation is first
    assert desk.find(QLabel, "questionText").text() == QUESTIONS[0]


def test_arrows_pass_over_headings(desk, chats):
    choose(chats, QUESTIONS[2])
    key(desk, chats, Qt.Key.Key_Up)
    assert chats.rows.row(chats.currentIndex()).conversation.title == QUESTIONS[2]
    key(desk, chats, Qt.Key.Key_Down)
    assert chats.rows.row(chats.currentIndex()).conversation.title == QUESTIONS[1]


def test_f2_renames_in_place(desk, chats):
    conversation = choose(chats, QUESTIONS[1])
    key(desk, chats, Qt.Key.Key_F2)
    editor = chats.findChild(QLineEdit, "renameChat")
    assert editor.text() == QUESTIONS[1]
    editor.setText("Stars")
    key(desk, editor, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: conversation.title == "Stars")
    assert desk.session.conversation is not conversation
    desk.qtbot.waitUntil(lambda: "Stars" in titles(chats))


def test_a_pinned_chat_stands_above_all(desk, chats):
    choose(chats, QUESTIONS[0])
    key(desk, chats, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: titles(chats)[0] == QUESTIONS[0])
    choose(chats, QUESTIONS[0])
    key(desk, chats, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: titles(chats)[-1] == QUESTIONS[0])


def test_a_deleted_chat_comes_back(desk, chats):
    choose(chats, QUESTIONS[1])
    key(desk, chats, Qt.Key.Key_Delete)
    desk.qtbot.waitUntil(lambda: QUESTIONS[1] not in titles(chats))
    assert QUESTIONS[1] in desk.find(QLabel, "undoSentence").text()
    desk.find(QPushButton, "undo").click()
    desk.qtbot.waitUntil(lambda: QUESTIONS[1] in titles(chats))


def test_deleting_the_open_chat_opens_an_empty_one(desk, chats):
    choose(chats, QUESTIONS[2])
    key(desk, chats, Qt.Key.Key_Delete)
    assert desk.session.conversation.turns == []
    assert desk.find(QWidget, "welcome").isVisible()


def test_search_finds_words_while_they_are_typed(desk, chats):
    search(desk, "ow")
    desk.qtbot.waitUntil(lambda: titles(chats) == [QUESTIONS[0]])
    row = chats.rows.row(chats.rows.index(0))
    assert row.title.marks
    search(desk, "moons")
    desk.qtbot.waitUntil(lambda: len(titles(chats)) == 3)
    row = chats.rows.row(chats.rows.index(0))
    first, last = row.snippet.marks[0]
    assert row.snippet.text[first:last].lower() == "moons"
    assert not chats.grab().toImage().isNull()


def test_a_found_answer_is_opened_where_it_is(desk, chats):
    search(desk, "owl")
    desk.qtbot.waitUntil(lambda: titles(chats) == [QUESTIONS[0]])
    key(desk, desk.window.sidebar.search, Qt.Key.Key_Return)
    assert desk.session.conversation.title == QUESTIONS[0]
    assert desk.window.page.chat.turn_views[0].turn.question.text == QUESTIONS[0]


def test_what_is_nowhere_is_said_to_be_nowhere(desk, chats):
    search(desk, "zebra")
    desk.qtbot.waitUntil(lambda: titles(chats) == [])
    assert desk.find(QLabel, "nothingFound").isVisible()
    key(desk, desk.window.sidebar.search, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: len(titles(chats)) == 3)
    assert desk.window.focusWidget() is desk.window.page.composer.edit


def test_ctrl_k_leads_to_the_search_and_down_to_what_it_found(desk, chats):
    (action,) = [a for a in desk.window.actions() if a.objectName() == "searchAction"]
    desk.window.resize(900, 600)
    action.trigger()
    field = desk.window.sidebar.search
    assert field.isVisible()
    assert desk.window.focusWidget() is field
    key(desk, field, Qt.Key.Key_Down)
    assert desk.window.focusWidget() is chats
    assert chats.rows.row(chats.currentIndex()).conversation is not None


def test_what_is_typed_on_the_list_goes_into_the_question(desk, chats):
    choose(chats, QUESTIONS[0])
    desk.qtbot.keyClicks(chats, "w")
    assert desk.window.page.composer.edit.toPlainText() == "w"


def test_the_menu_does_what_the_keys_do(desk, chats):
    conversation = choose(chats, QUESTIONS[0])
    menu = chats.menu_of(conversation, chats.currentIndex())
    rename, pin, delete, _, deleted = menu.actions()
    pin.trigger()
    assert conversation.pinned
    delete.trigger()
    assert conversation not in desk.session.conversations
    deleted.trigger()
    assert desk.find(QDialog, "deletionsDialog").close()
    assert rename.text().startswith("Rename")


def test_pictures_dropped_on_a_chat_go_to_its_next_question(desk, chats):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(SAMPLES[0].path))])
    target = choose(chats, QUESTIONS[0])
    point = chats.visualRect(chats.currentIndex()).center()
    buttons = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    move = QDragMoveEvent(point, Qt.DropAction.CopyAction, mime, *buttons)
    chats.dragMoveEvent(move)
    assert move.isAccepted()
    chats.dropEvent(QDropEvent(QPointF(point), Qt.DropAction.CopyAction, mime, *buttons))
    assert desk.session.conversation is target
    assert len(desk.session.attachments) == 1
    nowhere = QDragMoveEvent(QPoint(5, 2000), Qt.DropAction.CopyAction, mime, *buttons)
    chats.dragMoveEvent(nowhere)
    assert not nowhere.isAccepted()


def test_names_that_look_like_html_are_painted_as_they_are(desk, chats):
    choose(chats, QUESTIONS[0]).rename("<b>bold</b> & \u202e more")
    desk.qtbot.waitUntil(lambda: titles(chats)[-1].startswith("<b>"))
    assert not chats.grab().toImage().isNull()


def test_a_chat_deleted_from_the_results_cannot_be_opened_from_them(desk, chats):
    search(desk, "moons")
    desk.qtbot.waitUntil(lambda: len(titles(chats)) == 3)
    deleted = choose(chats, QUESTIONS[1])
    key(desk, chats, Qt.Key.Key_Delete)
    assert titles(chats) == [QUESTIONS[2], QUESTIONS[0]]
    key(desk, chats, Qt.Key.Key_Return)
    assert desk.session.conversation is not deleted
    desk.find(QPushButton, "undo").click()
    desk.qtbot.waitUntil(lambda: QUESTIONS[1] in titles(chats))
    assert chats.rows.searching


def test_a_chat_renamed_in_the_results_shows_its_new_name(desk, chats):
    search(desk, "owl")
    desk.qtbot.waitUntil(lambda: titles(chats) == [QUESTIONS[0]])
    choose(chats, QUESTIONS[0]).rename("Birds and an owl")
    desk.qtbot.waitUntil(
        lambda: chats.rows.row(chats.rows.index(0)).title.text == "Birds and an owl"
    )
    assert chats.rows.row(chats.currentIndex()).conversation.title == "Birds and an owl"


def test_the_header_shows_a_new_name_at_once(desk, chats):
    desk.session.conversation.rename("Colours")
    header = desk.window.page.header
    assert header.findChild(ElidedLabel, "chatTitle").text() == "Colours"
    choose(chats, QUESTIONS[0]).rename("Birds")
    assert header.findChild(ElidedLabel, "chatTitle").text() == "Colours"


def test_undo_brings_back_only_the_chat_that_it_names(desk, chats):
    for question in QUESTIONS[:2]:
        choose(chats, question)
        key(desk, chats, Qt.Key.Key_Delete)
    undo = desk.find(QPushButton, "undo")
    deletions = desk.session.archive.archive.deletions()
    second, first = sorted(deletions, key=lambda each: each.chat.title)
    assert (first.chat.title, second.chat.title) == (QUESTIONS[0], QUESTIONS[1])
    desk.session.deletions.restore([first])
    assert undo.isVisible()
    desk.session.deletions.restore([second])
    assert not undo.isVisible()
    undo.click()
    desk.qtbot.waitUntil(lambda: len(titles(chats)) == 3)


def test_headings_and_pins_reach_the_screen_reader(desk, chats):
    choose(chats, QUESTIONS[0]).set_pinned(True)
    desk.qtbot.waitUntil(lambda: titles(chats)[0] == QUESTIONS[0])
    listed = QAccessible.queryAccessibleInterface(chats)
    spoken = [listed.child(row).text(QAccessible.Text.Name) for row in range(3)]
    assert spoken == ["Pinned", f"{QUESTIONS[0]}, pinned", "Today"]


def test_the_words_around_what_was_found_reach_the_screen_reader(desk, chats):
    search(desk, "moons")
    desk.qtbot.waitUntil(lambda: chats.rows.searching)
    listed = QAccessible.queryAccessibleInterface(chats)
    more = listed.child(0).text(QAccessible.Text.Description)
    assert more == chats.rows.row(chats.rows.index(0)).snippet.text
