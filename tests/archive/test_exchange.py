import json
import zipfile

import msgspec
import pytest

from perhaps.archive.exchange.bundle import CHATS_FILE, schema, write_bundle
from perhaps.archive.exchange.importing import import_file
from perhaps.archive.exchange.intake import Imported
from perhaps.archive.exchange.readable import to_html, to_markdown
from perhaps.archive.records import TraceChunk
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError
from perhaps.paths import resources_path
from tests.archive.builders import PNG, a_chat, a_message, a_picture


@pytest.fixture
def archive():
    archive = Archive(None)
    yield archive
    archive.close()


@pytest.fixture
def other():
    other = Archive(None)
    yield other
    other.close()


def filled(archive):
    """A chat with versions, a branch, a picture, a deleted message and traces."""
    chat = a_chat("Zwei <Kreise> 🟦", pinned=True)
    archive.pictures.keep(PNG)
    first = a_message(chat, "user", "How many <b>circles</b>?\n", pictures=(a_picture("a&b.png"),))
    one = a_message(chat, "assistant", "One.", first, facts='{"model":null,"x":[1,2]}')
    two = a_message(chat, "assistant", "Two.", first, chosen=one.chosen + 5)
    after = a_message(chat, "user", "Sure?", two)
    gone = a_message(chat, "user", "Never mind", one, deleted=7)
    archive.put_messages([first, one, two, after, gone], chat)
    archive.put_text(one.id, "One.", TraceChunk(0, b"\0\1"))
    archive.put_text(one.id, "One.", TraceChunk(3, b"more"))
    return chat


def contents(archive):
    return [
        (chat, archive.messages(chat.id, deleted=True), [archive.trace(m.id) for m in messages])
        for deleted in (False, True)
        for chat in archive.chats(deleted=deleted)
        for messages in [archive.messages(chat.id, deleted=True)]
    ]


def test_a_bundle_brings_everything_into_another_archive(archive, other, tmp_path):
    filled(archive)
    archive.delete_chat(filled(archive).id)
    path = tmp_path / "chats.zip"
    everything = archive.chats() + archive.chats(deleted=True)
    assert write_bundle(archive, everything, path) == 0
    assert import_file(other, path) == Imported(chats=1, messages=10, deleted=1)
    assert contents(other) == contents(archive)
    assert other.pictures.read(a_picture().content) == PNG
    assert other.search("circles")[0].chat.title == "Zwei <Kreise> 🟦"


def test_what_is_there_already_stays_as_it_is(archive, tmp_path):
    chat = filled(archive)
    path = tmp_path / "chats.zip"
    write_bundle(archive, archive.chats(), path)
    archive.rename_chat(chat.id, "Renamed since")
    before = contents(archive)
    assert import_file(archive, path) == Imported(chats=0, messages=0, known=1)
    assert contents(archive) == before


def test_a_picture_that_is_lost_is_counted(archive, other, tmp_path):
    filled(archive)
    archive.pictures.sweep(set(), set())
    path = tmp_path / "chats.zip"
    assert write_bundle(archive, archive.chats(), path) == 1
    assert import_file(other, path).missing_pictures == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither JSON"),
        (b"PK no zip at all", "no whole zip"),
        (b"{}", "no chats"),
        (b"[]", "no chats"),
        (b"[[[[", "neither JSON"),
        (b"[" * 100_000, "neither JSON"),
        (b'{"messages": 5}', "no chats"),
        (b"\xff\xfe\x00", "neither JSON"),
    ],
)
def test_files_that_hold_no_chats_are_one_sentence(archive, tmp_path, content, sentence):
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=sentence):
        import_file(archive, path)
    assert archive.chats() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({CHATS_FILE: None}, "no chats of Perhaps"),
        ({CHATS_FILE: b"{"}, "cannot be read"),
        ({CHATS_FILE: b'{"format":"perhaps-chats","version":9,"exported":1,"chats":[]}'}, "later"),
        ({CHATS_FILE: b'{"format":"other","version":1,"exported":1,"chats":[]}'}, "later"),
    ],
)
def test_a_bundle_that_is_none_is_one_sentence(archive, tmp_path, changes, sentence):
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("other", b"")
        for name, data in changes.items():
            if data is not None:
                file.writestr(name, data)
    with pytest.raises(ArchiveError, match=sentence):
        import_file(archive, path)


def test_a_bundle_cut_off_in_the_middle_brings_nothing(archive, other, tmp_path):
    filled(archive)
    path = tmp_path / "chats.zip"
    write_bundle(archive, archive.chats(), path)
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(ArchiveError):
            import_file(other, path)
    assert other.chats() == []


def test_a_message_whose_parent_is_missing_brings_nothing(archive, tmp_path):
    chat = {"id": 1, "title": "A", "created": 1, "changed": 1, "messages": []}
    message = {"id": 2, "role": "user", "text": "B", "created": 1, "chosen": 1, "parent": 99}
    bundle = {
        "format": "perhaps-chats",
        "version": 1,
        "exported": 1,
        "chats": [{**chat, "messages": [message]}],
    }
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(CHATS_FILE, json.dumps(bundle))
    with pytest.raises(ArchiveError):
        import_file(archive, path)
    assert archive.chats() == []


def test_a_page_for_reading_runs_and_loads_nothing(archive):
    chat = filled(archive)
    page = to_html(archive, chat)
    assert "<b>" not in page
    assert "Zwei &lt;Kreise&gt;" in page
    assert "default-src 'none'" in page
    assert 'alt="a&amp;b.png" src="data:image/png;base64,' in page
    assert "Two." in page
    assert "One." not in page


def test_markdown_holds_the_way_that_was_shown(archive):
    text = to_markdown(archive, filled(archive))
    assert text.startswith("# Zwei <Kreise> 🟦\n")
    assert "## Question\n\n*a&b.png*\n" in text
    assert "## Answer\n\nTwo.\n" in text
    assert text.index("Two.") < text.index("Sure?")
    assert "Never mind" not in text


def test_an_automatic_backup_brings_back_what_is_missing(tmp_path):
    archive = Archive(tmp_path / "chats")
    filled(archive)
    backup = archive.back_up_if_due()
    kept = contents(archive)
    later = filled(archive)
    with archive.batch() as batch:
        batch._connection.execute("DELETE FROM chat WHERE id = ?", (kept[0][0].id,))
    assert import_file(archive, backup) == Imported(chats=1, messages=5)
    assert import_file(archive, backup) == Imported(chats=0, messages=0, known=1)
    assert kept[0] in contents(archive)
    assert later.id in [chat.id for chat in archive.chats()]
    archive.close()


@pytest.mark.parametrize("size", [16, 100, 5000, 30_000])
def test_a_backup_that_is_damaged_is_one_sentence(archive, tmp_path, size):
    source = Archive(tmp_path / "chats")
    filled(source)
    backup = source.back_up_if_due()
    source.close()
    backup.write_bytes(backup.read_bytes()[:size])
    with pytest.raises(ArchiveError, match=r"\.$"):
        import_file(archive, backup)
    assert archive.chats() == []


def test_the_schema_in_the_resources_is_that_of_the_program():
    path = resources_path() / "export" / "chats.schema.json"
    assert json.loads(path.read_text("utf-8")) == json.loads(msgspec.json.encode(schema()))
