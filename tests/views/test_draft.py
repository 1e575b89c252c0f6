"""What stood in the composer when the program ended stands there again."""

from perhaps.archive.drafts import Draft, DraftPicture
from perhaps.archive.store import Archive
from perhaps.state.archive_link import DirectArchive
from perhaps.views.attachment_chip import AttachmentChip
from tests.imaging.pictures import corners, encode


def open_with(open_window, tmp_path, typed=""):
    archive = Archive(tmp_path / "archive")
    content = archive.pictures.keep(encode(corners()))
    archive.put_draft(Draft("How many", (DraftPicture("flag.png", content),)))
    link = DirectArchive(archive)
    desk = open_window(archive=link)
    desk.window.page.composer.edit.setPlainText(typed)
    link.opened.emit(archive)
    return desk, archive


def test_words_and_chips_come_back(open_window, tmp_path):
    desk, archive = open_with(open_window, tmp_path)
    assert desk.window.page.composer.edit.toPlainText() == "How many"
    chip = desk.find(AttachmentChip, "attachmentChip")
    assert "flag.png" in chip.accessibleName()
    desk.window.page.composer.write("stripes?")
    desk.session.close()
    assert archive.draft().text == "How many\nstripes?"


def test_what_was_typed_meanwhile_stays(open_window, tmp_path):
    desk, _ = open_with(open_window, tmp_path, typed="stripes?")
    assert desk.window.page.composer.edit.toPlainText() == "How many\nstripes?"


def test_what_is_sent_is_no_draft_any_more(open_window, tmp_path):
    desk, archive = open_with(open_window, tmp_path)
    desk.qtbot.waitUntil(lambda: desk.session.obstacle is None)
    desk.qtbot.keyClick(desk.window.page.composer.edit, "\r")
    desk.wait_idle()
    assert desk.window.page.composer.edit.toPlainText() == ""
    assert archive.draft() == Draft()
    assert len(desk.session.conversation.turns) == 1
