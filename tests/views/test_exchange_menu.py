from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from perhaps.inference.protocol import FinishReason


def action(desk, name):
    return desk.window.findChild(QAction, name)


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
    deleted = desk.window.findChild(QMenu, "deletedChats")
    deleted.aboutToShow.emit()
    (entry,) = [each for each in deleted.actions() if each.objectName() == "deletedChat"]
    assert entry.text() == "Keep me?"
    entry.trigger()
    assert [chat.title for chat in desk.session.conversations] == ["Keep me?"]


def test_a_file_without_chats_is_told(desk, tmp_path):
    action(desk, "importChats").trigger()
    dialog = desk.window.findChild(QFileDialog, "importDialog")
    path = tmp_path / "notes.json"
    path.write_text("{}")
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert "no chats" in desk.window.page.notice.sentence
