from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QMenu, QPushButton, QTreeWidget

from perhaps.archive.store import Archive
from perhaps.inference.protocol import FinishReason
from perhaps.state.archive_link import DirectArchive


def action(desk, name):
    return desk.window.findChild(QAction, name)


def rows(dialog):
    tree = dialog.findChild(QTreeWidget, "deletions")
    return [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]


def test_a_chat_is_exported_from_the_menu(desk, tmp_path):
    menu = desk.window.findChild(QMenu, "chatsMenu")
    menu.aboutToShow.emit()
    assert not action(desk, "exportChat").isEnabled()
    desk.ask("How many circles?")
    desk.wait_idle()
    assert desk.session.last_answer.finish.reason is FinishReason.eos
    menu.aboutToShow.emit()
    action(desk, "exportChat").trigger()
    dialog = desk.window.findChild(QFileDialog, "exportDialog")
    assert dialog.selectedFiles()[0].endswith("How many circles.zip")
    path = tmp_path / "chat.html"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert "How many circles?" in path.read_text()
    assert "chat.html" in desk.window.page.notice.sentence


def test_a_deleted_chat_comes_back_from_the_menu(desk):
    desk.ask("Keep me?")
    desk.wait_idle()
    desk.session.delete_chat(desk.session.conversation)
    action(desk, "recentlyDeleted").trigger()
    dialog = desk.find(QDialog, "deletionsDialog")
    (row,) = rows(dialog)
    assert row.text(0) == "Keep me?"
    assert row.text(1) == "Chat"
    dialog.findChild(QPushButton, "bringBack").click()
    assert [chat.title for chat in desk.session.conversations] == ["Keep me?"]
    assert rows(dialog) == []
    assert not dialog.findChild(QPushButton, "bringBack").isEnabled()
    dialog.close()


def test_where_deleted_words_are_kept_longer_is_told(open_window, tmp_path):
    archive = Archive(tmp_path / "chats")
    link = DirectArchive(archive)
    desk = open_window(load=False, archive=link)
    link.opened.emit(archive)
    action(desk, "recentlyDeleted").trigger()
    sentence = desk.find(QLabel, "deletionsSentence").text()
    assert sentence == (
        "What is here goes for good 30 days after it was deleted. Automatic backups in "
        f"“{tmp_path / 'chats' / 'backups'}” can hold its words for another year."
    )
    desk.find(QDialog, "deletionsDialog").close()
    archive.close()


def test_a_deleted_answer_comes_back_into_the_open_chat(desk):
    desk.ask("How many circles?")
    desk.wait_idle()
    desk.ask("And how many stars?")
    desk.wait_idle()
    conversation = desk.session.conversation
    conversation.remove_turn(conversation.turns[1])
    assert len(desk.session.conversation.turns) == 1
    action(desk, "recentlyDeleted").trigger()
    dialog = desk.find(QDialog, "deletionsDialog")
    (row,) = rows(dialog)
    assert row.text(0) == "And how many stars?"
    assert row.text(1) == "Question in “How many circles?”"
    dialog.findChild(QTreeWidget, "deletions").itemActivated.emit(row, 0)
    texts = [turn.question.text for turn in desk.session.conversation.turns]
    assert texts == ["How many circles?", "And how many stars?"]
    assert len(desk.session.conversations) == 1
    dialog.close()


def test_a_file_without_chats_is_told(desk, tmp_path):
    action(desk, "importChats").trigger()
    dialog = desk.window.findChild(QFileDialog, "importDialog")
    path = tmp_path / "notes.json"
    path.write_text("{}")
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert "no chats" in desk.window.page.notice.sentence
