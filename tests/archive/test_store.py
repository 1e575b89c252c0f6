from dataclasses import replace

import apsw
import pytest

from perhaps.archive.database import OLDEST_SQLITE, sqlite_version
from perhaps.archive.failures import NoRoomError, ReadOnlyArchiveError
from perhaps.archive.records import TraceChunk, now_ms
from perhaps.archive.store import UNDO_MS, Archive
from perhaps.errors import ArchiveError
from tests.archive.builders import PNG, a_chat, a_message, a_picture, some_pixels
from tests.helpers.permissions import read_only, without_privileges


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "chats")
    yield archive
    archive.close()


def reopened(archive):
    archive.close()
    return Archive(archive.folder)


def test_sqlite_is_new_enough_to_be_trusted():
    assert sqlite_version() >= OLDEST_SQLITE


def test_every_commit_is_synced(archive):
    assert archive._connection.pragma("synchronous") == 2
    assert archive._connection.pragma("journal_mode") == "truncate"


def test_chats_and_messages_come_back_as_they_were(archive):
    chat = a_chat("Zwei Kreise 🟦")
    question = a_message(chat, "user", "Wie viele?\n二つ", pictures=(a_picture("grün.png"),))
    answer = a_message(chat, "assistant", "Two.", question, facts='{"model": "starter"}')
    archive.put_messages([question, answer], chat)
    again = reopened(archive)
    assert [each.title for each in again.chats()] == ["Zwei Kreise 🟦"]
    assert again.messages(chat.id) == [question, answer]
    again.close()


def test_half_characters_and_nul_are_kept_as_far_as_they_are_text(archive):
    chat = a_chat("\udcff name")
    archive.put_messages([a_message(chat, "user", "a\0b \ud83d")], chat)
    assert archive.chats()[0].title == "\ufffd name"
    assert archive.messages(chat.id)[0].text == "a\0b \ufffd"


def test_a_streaming_answer_is_kept_step_by_step(archive):
    chat = a_chat()
    answer = a_message(chat, "assistant", "", finished=False)
    archive.put_messages([answer], chat)
    archive.put_text(answer.id, "Two", TraceChunk(0, b"first"))
    archive.put_text(answer.id, "Two blue", TraceChunk(1, b"second"))
    assert archive.search("blue") == []
    again = reopened(archive)
    (kept,) = again.messages(chat.id)
    assert (kept.text, kept.finished, kept.facts) == ("Two blue", True, "{}")
    assert [chunk.data for chunk in again.trace(answer.id)] == [b"first", b"second"]
    assert len(again.search("blue")) == 1
    again.finish(answer.id, "Two blue circles.", "{}", b"all")
    assert again.trace(answer.id) == [TraceChunk(0, b"all")]
    again.close()


def test_writing_the_same_again_changes_nothing(archive):
    chat = a_chat()
    message = a_message(chat, "user", "Once?", pictures=(a_picture(),))
    for _ in range(2):
        archive.put_messages([message], chat)
    assert archive.messages(chat.id) == [message]
    assert len(archive.search("once")) == 1


def test_a_message_without_its_chat_is_refused_whole(archive):
    chat = a_chat()
    with pytest.raises(ArchiveError):
        archive.put_messages([a_message(chat, "user", "Whose?")])
    assert archive.search("whose") == []


def test_deleted_chats_can_be_restored_until_they_are_purged(archive):
    old, young = a_chat("Old one"), a_chat("Young one")
    for chat in (old, young):
        archive.put_messages([a_message(chat, "user", f"in {chat.title}")], chat)
        archive.delete_chat(chat.id)
    assert archive.chats() == []
    assert archive.search("one") == []
    archive.put_chat(a_chat("Old one", id=old.id, deleted=now_ms() - UNDO_MS - 1000))
    archive.tidy()
    assert [chat.id for chat in archive.chats(deleted=True)] == [young.id]
    assert archive.messages(old.id, deleted=True) == []
    archive.restore_chat(young.id)
    assert [hit.chat.id for hit in archive.search("one")] == [young.id]


def test_a_deleted_message_takes_with_it_what_follows_and_brings_it_back(archive):
    chat = a_chat()
    first = a_message(chat, "user", "One")
    second = a_message(chat, "assistant", "Two", first)
    third = a_message(chat, "user", "Three", second)
    other = a_message(chat, "assistant", "Four", first)
    archive.put_messages([first, second, third, other], chat)
    archive.delete_message(third.id, 5)
    archive.delete_message(second.id, 7)
    assert [m.text for m in archive.messages(chat.id)] == ["One", "Four"]
    archive.restore_message(second.id, 7)
    assert [m.text for m in archive.messages(chat.id)] == ["One", "Two", "Four"]
    archive.restore_message(third.id, 5)
    assert len(archive.messages(chat.id)) == 4


def test_pictures_are_kept_once_and_dropped_with_their_last_message(archive):
    content = archive.pictures.keep(PNG)
    stray = archive.pictures.keep(b"no message has it")
    archive.pictures.keep_thumbnail("0" * 64, some_pixels(1000, 500))
    chat = a_chat()
    archive.put_messages([a_message(chat, "user", "?", pictures=(a_picture(),))], chat)
    archive.tidy()
    assert archive.pictures.read(content) == PNG
    assert archive.pictures.thumbnail("0" * 64).pixels.shape == (240, 480, 3)
    with pytest.raises(ArchiveError):
        archive.pictures.read(stray)


def test_a_changed_picture_is_refused(archive):
    content = archive.pictures.keep(PNG)
    archive.pictures.path(content).write_bytes(b"something else")
    with pytest.raises(ArchiveError, match="was changed"):
        archive.pictures.read(content)


@pytest.mark.parametrize("name", ["../../etc/passwd", "ab", "Z" * 64, ""])
def test_no_name_leads_out_of_the_folder(archive, name):
    with pytest.raises(ArchiveError):
        archive.pictures.read(name)


def test_a_second_archive_on_the_same_folder_is_told_so(archive):
    archive.put_chat(a_chat())
    with pytest.raises(ArchiveError, match="in use"):
        Archive(archive.folder)
    assert len(archive.chats()) == 1


def test_an_archive_of_a_later_version_is_only_read(archive):
    archive.put_chat(a_chat("Kept"))
    archive._connection.pragma("user_version", 99)
    later = reopened(archive)
    assert later.read_only
    assert later.opened.newer
    assert [chat.title for chat in later.chats()] == ["Kept"]
    with pytest.raises(ReadOnlyArchiveError):
        later.put_chat(a_chat("New"))
    later.close()


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path):
    (tmp_path / "chats").write_text("a file")
    with pytest.raises(ArchiveError, match=r"chats.*cannot be used.*\.$"):
        Archive(tmp_path / "chats")


def test_a_folder_in_place_of_the_file_is_one_sentence(tmp_path):
    (tmp_path / "perhaps.sqlite").mkdir()
    with pytest.raises(ArchiveError, match="is a folder"):
        Archive(tmp_path)


def test_without_a_folder_everything_works_in_memory():
    archive = Archive(None)
    chat = a_chat()
    content = archive.pictures.keep(PNG)
    archive.put_messages([a_message(chat, "user", "Anything?")], chat)
    assert archive.search("any")[0].chat.id == chat.id
    assert archive.pictures.read(content) == PNG
    assert archive.back_up_if_due() is None
    archive.close()


def test_a_folder_that_takes_no_files_is_one_sentence():
    with read_only() as folder, without_privileges(), pytest.raises(ArchiveError, match="rights"):
        Archive(folder / "chats")


def test_an_archive_that_may_not_be_written_is_only_read(tmp_path_factory):
    with read_only() as outer:
        folder = outer / "chats"
        archive = Archive(folder)
        chat = a_chat("Kept")
        archive.put_messages([a_message(chat, "user", "Anything?")], chat)
        archive.close()
        for path in (folder, *folder.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
        with without_privileges():
            archive = Archive(folder)
            assert archive.read_only
            assert archive.search("anything")[0].chat.id == chat.id
            with pytest.raises(ReadOnlyArchiveError):
                archive.delete_chat(chat.id)
            archive.close()
        folder.chmod(0o755)


def test_an_archive_that_was_cut_off_at_its_beginning_begins_again(tmp_path):
    folder = tmp_path / "chats"
    folder.mkdir()
    (folder / "in-use").write_text("1")
    connection = apsw.Connection(str(folder / "perhaps.sqlite"))
    connection.execute("CREATE TABLE a(b); DROP TABLE a")
    connection.close()
    archive = Archive(folder)
    assert archive.opened.set_aside is None
    assert archive.chats() == []
    archive.close()


def test_a_full_disk_refuses_a_write_whole_and_takes_it_later(archive):
    chat = a_chat()
    messages = [a_message(chat, "user", "first"), a_message(chat, "user", "long " * 20_000)]
    archive._connection.execute("PRAGMA max_page_count = 1").fetchall()
    for _ in range(2):
        with pytest.raises(NoRoomError, match="is full"):
            archive.put_messages(messages, chat)
        assert archive.chats() == []
    archive._connection.execute("PRAGMA max_page_count = 1000000").fetchall()
    archive.put_messages(messages, chat)
    assert len(archive.messages(chat.id)) == 2


def test_deleting_a_message_ends_though_damage_made_it_its_own_parent(archive):
    chat = a_chat()
    message = a_message(chat, "user", "Round and round")
    archive.put_messages([replace(message, parent=message.id)], chat)
    archive.delete_message(message.id, 7)
    assert archive.messages(chat.id) == []
    archive.restore_message(message.id, 7)
    assert len(archive.messages(chat.id)) == 1
