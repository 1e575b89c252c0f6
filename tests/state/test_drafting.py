"""A question that is being written outlives the program, with its pictures."""

import pytest

from perhaps.archive.drafts import FILE, Draft
from perhaps.archive.store import Archive
from tests.imaging.pictures import corners, encode
from tests.state.builders import a_picture
from tests.state.test_keeping import Desk


@pytest.fixture
def desk(qapp, tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encode(corners()))
    return path


def kept_pictures(desk):
    return sorted(path.name for path in (desk.folder / "archive" / "pictures").glob("??/*"))


def test_words_and_pictures_are_there_again(desk, photo):
    desk.attach(photo, a_picture())
    desk.session.drafting.note_text("What is\nthis?")
    desk.restart()
    session = desk.restart()
    assert [each.name for each in session.attachments.items] == ["photo.png"]
    assert session.attachments.items[0].source == photo.read_bytes()
    assert desk.archive.draft().text == "What is\nthis?"


def test_words_typed_before_the_archive_opened_stay(desk):
    desk.session.drafting.note_text("Before")
    desk.restart()
    desk.session.drafting.note_text("Before\nand after")
    desk.session.close()
    assert desk.archive.draft() == Draft("Before\nand after")


def test_a_file_that_is_gone_when_it_is_sent_is_kept_as_it_was(desk, photo):
    data = photo.read_bytes()
    desk.attach(photo, a_picture())
    photo.write_bytes(b"another file by now")
    desk.ask("What is this?", "A", " flag")
    number = desk.session.conversation.number
    (kept,) = desk.archive.messages(number)[0].pictures
    assert desk.archive.pictures.read(kept.content) == data


def test_a_picture_that_was_sent_stays_and_leaves_the_draft(desk, photo):
    desk.attach(photo, a_picture())
    desk.session.drafting.flush()
    assert len(desk.archive.draft().pictures) == 1
    desk.ask("What is this?", "A", " flag")
    desk.session.drafting.flush()
    assert desk.archive.draft() == Draft()
    assert not (desk.folder / "archive" / FILE).exists()
    assert len(kept_pictures(desk)) == 1


def test_a_picture_that_is_taken_out_leaves_nothing(desk, photo):
    desk.attach(photo, a_picture())
    desk.session.drafting.flush()
    assert len(kept_pictures(desk)) == 1
    desk.session.attachments.remove(desk.session.attachments.items[0])
    desk.session.drafting.flush()
    assert kept_pictures(desk) == []


def test_what_is_no_picture_file_is_not_copied(desk, tmp_path):
    desk.session.attachments.add_path(str(tmp_path))
    desk.session.attachments.add_path(str(tmp_path / "absent.png"))
    desk.session.drafting.flush()
    assert kept_pictures(desk) == []
    assert desk.archive.draft() == Draft()


def test_pictures_of_a_draft_are_not_swept(desk, photo):
    desk.attach(photo, a_picture())
    desk.session.drafting.flush()
    desk.archive.tidy()
    assert len(kept_pictures(desk)) == 1


@pytest.mark.parametrize("data", [b"", b"{", b'{"text": 5}', b'{"text": "\xff"}', b"[]"])
def test_a_draft_that_is_no_draft_is_left_out(tmp_path, data):
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / FILE).write_bytes(data)
    archive = Archive(folder)
    assert archive.draft() == Draft()
    archive.put_draft(Draft("half a character: \ud83d"))
    archive.close()
    assert Archive(folder).draft() == Draft("half a character: \ufffd")
