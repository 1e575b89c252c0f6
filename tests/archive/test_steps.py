"""Long jobs in steps: others write in between, and nothing is left where one is given up."""

import pytest

from perhaps.archive.backups import back_up_in_steps, copy_in_memory
from perhaps.archive.exchange.bundle import bundle_in_steps
from perhaps.archive.exchange.importing import import_file, import_in_steps
from perhaps.archive.reading import chats
from perhaps.archive.steps import finish
from perhaps.archive.store import Archive
from tests.archive.builders import a_chat, a_message, a_picture, fill

PICTURES = [bytes([number]) * 1000 for number in range(5)]


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "chats")
    fill(archive, 3)
    chat = a_chat("With pictures")
    for data in PICTURES:
        archive.pictures.keep(data)
    pictures = tuple(a_picture(data=data) for data in PICTURES)
    archive.put_messages([a_message(chat, "user", "What?", pictures=pictures)], chat)
    yield archive
    archive.close()


def write_between(steps, archive):
    """Write a chat at every pause; gives the result and how many pauses there were."""
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, pauses
        archive.put_chat(a_chat(f"Meanwhile {pauses}"))
        pauses += 1


def test_an_export_pauses_at_every_chat_and_picture(archive, tmp_path):
    path = tmp_path / "chats.zip"
    missing, pauses = write_between(bundle_in_steps(archive, archive.chats(), path), archive)
    assert missing == 0
    assert pauses > 4 + len(PICTURES)
    other = Archive(None)
    assert import_file(other, path).chats == 4
    assert [other.pictures.holds(a_picture(data=data).content) for data in PICTURES] == [True] * 5
    other.close()


def test_an_import_pauses_at_every_picture_and_brings_all_at_once(archive, tmp_path):
    path = tmp_path / "chats.zip"
    finish(bundle_in_steps(archive, archive.chats(), path))
    other = Archive(tmp_path / "other")
    found, pauses = write_between(import_in_steps(other, path), other)
    assert found.chats == 4
    assert pauses == len(PICTURES)
    assert len(other.chats()) == 4 + pauses
    other.close()


def test_a_backup_holds_what_was_written_while_it_was_made(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("perhaps.archive.backups.PAGES_AT_ONCE", 3)
    path, pauses = write_between(back_up_in_steps(archive._connection, tmp_path, 0.0), archive)
    assert pauses > 3
    copy = finish(copy_in_memory(path))
    titles = {chat.title for chat in chats(copy)}
    copy.close()
    assert titles >= {"With pictures", *(f"Meanwhile {number}" for number in range(pauses - 1))}


def test_an_export_that_is_given_up_leaves_nothing(archive, tmp_path):
    path = tmp_path / "chats.zip"
    steps = bundle_in_steps(archive, archive.chats(), path)
    for _ in range(3):
        next(steps)
    steps.close()
    assert [each.name for each in tmp_path.iterdir()] == ["chats"]


def test_a_backup_that_is_given_up_leaves_nothing(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("perhaps.archive.backups.PAGES_AT_ONCE", 3)
    steps = back_up_in_steps(archive._connection, tmp_path / "backups", 0.0)
    next(steps)
    steps.close()
    assert not list((tmp_path / "backups").iterdir())
