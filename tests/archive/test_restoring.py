"""Whatever an archive holds, what is written of it can be brought into another one."""

import json
import zipfile
from dataclasses import replace

import pytest

from perhaps.archive.exchange.bundle import CHATS_FILE, write_bundle
from perhaps.archive.exchange.importing import Imported, import_file
from perhaps.archive.records import LATEST_DATE
from perhaps.archive.store import Archive
from tests.archive.builders import a_chat, a_message, fill


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    yield archive
    archive.close()


@pytest.fixture
def other():
    other = Archive(None)
    yield other
    other.close()


def bundle_of(*chats):
    return {"format": "perhaps-chats", "version": 1, "exported": 1, "chats": list(chats)}


def written(path, bundle):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(CHATS_FILE, json.dumps(bundle))
    return path


def a_bundled_chat(number, *messages, **changes):
    chat = {"id": number, "title": "A", "created": 1, "changed": 1, "messages": list(messages)}
    return {**chat, **changes}


def a_bundled_message(number, parent=None, role="user", **changes):
    message = {"id": number, "role": role, "text": "B", "created": 1, "chosen": 1}
    return {**message, "parent": parent, **changes}


@pytest.mark.parametrize(
    "facts", ['{"max_tokens":5x2}', "", "{", "5", '{"a":' * 2000, '{"a":1} more']
)
def test_an_answer_whose_facts_are_broken_leaves_the_others_readable(
    archive, other, tmp_path, facts
):
    [(chat, messages)] = fill(archive, 1)
    archive.put_messages([replace(messages[1], facts=facts)])
    write_bundle(archive, archive.chats(), path := tmp_path / "all.zip")
    assert import_file(other, path) == Imported(chats=1, messages=4)
    answer = other.messages(chat.id)[1]
    assert (answer.text, answer.facts) == (messages[1].text, "{}")


def a_chat_through_which_the_clock_was_set_back(archive):
    chat = a_chat()
    first = a_message(chat, "user", "First?")
    one = a_message(chat, "assistant", "One", first)
    second = a_message(chat, "user", "Second?", one, id=first.id - 2)
    two = a_message(chat, "assistant", "Two", second, id=first.id - 1)
    archive.put_messages([first, one, second, two], chat)
    return chat, [first, one, second, two]


def test_a_chat_through_which_the_clock_was_set_back_is_read_in_order(archive):
    chat, messages = a_chat_through_which_the_clock_was_set_back(archive)
    assert archive.messages(chat.id) == messages


def test_a_chat_through_which_the_clock_was_set_back_can_be_restored(archive, other, tmp_path):
    chat, messages = a_chat_through_which_the_clock_was_set_back(archive)
    write_bundle(archive, archive.chats(), path := tmp_path / "all.zip")
    assert import_file(other, path) == Imported(chats=1, messages=4)
    assert other.messages(chat.id) == messages


def test_so_can_it_from_an_automatic_backup(archive, other):
    chat, messages = a_chat_through_which_the_clock_was_set_back(archive)
    assert import_file(other, archive.back_up_if_due()) == Imported(chats=1, messages=4)
    assert other.messages(chat.id) == messages


def test_an_earlier_bundle_that_was_written_in_another_order_can_be_restored(other, tmp_path):
    chat = a_bundled_chat(1, a_bundled_message(2, 3, "assistant"), a_bundled_message(3))
    path = written(tmp_path / "old.zip", bundle_of(chat))
    assert import_file(other, path) == Imported(chats=1, messages=2)
    assert [each.id for each in other.messages(1)] == [3, 2]


def test_a_message_that_follows_one_of_another_chat_begins_its_own(archive, other, tmp_path):
    [(_, messages)] = fill(archive, 1)
    chat = a_chat("Mixed up by damage")
    lost = a_message(chat, "user", "Lost", messages[-1])
    archive.put_messages([lost], chat)
    write_bundle(archive, [chat], path := tmp_path / "one.zip")
    assert import_file(other, path) == Imported(chats=1, messages=1)
    assert other.messages(chat.id) == [replace(lost, parent=None)]


def test_dates_that_no_calendar_has_become_the_nearest(other, tmp_path):
    message = a_bundled_message(2, created=2**80, chosen=-5)
    chat = a_bundled_chat(1, message, created=-(2**80), changed=2**53)
    import_file(other, written(tmp_path / "all.zip", bundle_of(chat)))
    (found,) = other.chats()
    assert (found.created, found.changed) == (0, LATEST_DATE)
    (kept,) = other.messages(1)
    assert (kept.created, kept.chosen) == (LATEST_DATE, 0)
