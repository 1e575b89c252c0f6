"""Long jobs in steps: others write in between, and nothing is left where one is given up."""

import pytest

from perhaps.archive import damage
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


@pytest.fixture
def bundle(archive, tmp_path, monkeypatch):
    """A file of four chats, of which an import takes one at a time."""
    monkeypatch.setattr("perhaps.archive.exchange.intake.STEP_SECONDS", 0.0)
    path = tmp_path / "chats.zip"
    finish(bundle_in_steps(archive, archive.chats(), path))
    return path


@pytest.fixture
def other(tmp_path):
    other = Archive(tmp_path / "other")
    yield other
    other.close()


def test_an_import_pauses_at_every_picture_and_chat(bundle, other):
    found, pauses = write_between(import_in_steps(other, bundle), other)
    assert found.chats == 4
    assert pauses >= len(PICTURES) + 4
    assert len(other.chats()) == 4 + pauses


def begin_import(bundle, archive):
    """Take in some chats of four, and not the last."""
    steps = import_in_steps(archive, bundle)
    for _ in range(len(PICTURES) + 3):
        next(steps)
    return steps


def test_chats_that_come_in_are_not_seen_before_all_are_there(bundle, other):
    steps = begin_import(bundle, other)
    assert len(other.chats(deleted=True)) == 3
    assert (other.chats(), other.deletions(), other.search("word1x1x1")) == ([], [], [])
    finish(steps)
    assert (len(other.chats()), other.chats(deleted=True)) == (4, [])


def test_an_import_that_is_given_up_is_dropped_when_there_is_time(bundle, other):
    other.tidy()
    assert not other.tidy_is_due
    begin_import(bundle, other).close()
    assert (other.chats(), other.deletions()) == ([], [])
    assert other.tidy_is_due
    other.tidy()
    assert other.chats(deleted=True) == []
    assert not other.pictures.holds(a_picture(data=PICTURES[0]).content)


def test_an_import_that_was_cut_off_can_be_done_again(bundle, other):
    steps = begin_import(bundle, other)
    steps.close()
    assert import_file(other, bundle).chats == 4
    assert sorted(chat.title for chat in other.chats()) == [
        *("Chat 0", "Chat 1", "Chat 2", "With pictures"),
    ]
    assert [len(other.messages(chat.id)) for chat in other.chats()].count(4) == 3
    assert other.chats(deleted=True) == []


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


def test_what_was_deleted_long_ago_is_dropped_a_few_chats_at_a_time(archive, monkeypatch):
    monkeypatch.setattr("perhaps.archive.store.PURGED_AT_ONCE", 2)
    for chat in archive.chats():
        with archive.batch() as batch:
            batch.set_deleted(chat.id, 1000)
    _, pauses = write_between(archive.tidy_in_steps(), archive)
    assert pauses == 2
    assert archive.chats(deleted=True) == []
    assert archive.search("word1x1x1") == []
    assert damage.words_are_whole(archive._connection)
    assert {chat.title for chat in archive.chats()} == {"Meanwhile 0", "Meanwhile 1"}
    assert not archive.pictures.holds(a_picture(data=PICTURES[0]).content)
