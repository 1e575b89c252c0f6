import base64
import json
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.archive.exchange.bundle import CHATS_FILE, schema, write_bundle
from perhaps.archive.exchange.foreign import date_of
from perhaps.archive.exchange.importing import Imported, import_file
from perhaps.archive.exchange.llama_ui import is_llama_ui, read_llama_ui
from perhaps.archive.exchange.lm_studio import is_lm_studio, read_lm_studio
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
    assert import_file(other, path) == Imported(chats=2, messages=10)
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


LLAMA_UI = {
    "conv": {"id": "c", "name": "About cats", "lastModified": 5, "currNode": "d", "pinned": True},
    "messages": [
        {
            "id": "r",
            "convId": "c",
            "type": "root",
            "timestamp": 1000,
            "role": "system",
            "content": "",
            "parent": None,
            "children": ["a"],
        },
        {
            "id": "d",
            "type": "text",
            "timestamp": 3000,
            "role": "assistant",
            "content": "A dog.",
            "parent": "a",
            "children": [],
            "model": "llava-7b",
        },
        {
            "id": "a",
            "type": "text",
            "timestamp": 2000,
            "role": "user",
            "content": "What is it?",
            "parent": "r",
            "children": ["b", "d"],
            "extra": [
                {
                    "type": "IMAGE",
                    "name": "cat.png",
                    "base64Url": "data:image/png;base64," + base64.b64encode(PNG).decode(),
                },
                {"type": "TEXT", "name": "notes.txt", "content": "not a picture"},
            ],
        },
        {
            "id": "b",
            "type": "text",
            "timestamp": 4000,
            "role": "assistant",
            "content": "A cat.",
            "parent": "a",
            "children": [],
        },
    ],
}


@pytest.mark.parametrize("data", [LLAMA_UI, [LLAMA_UI]])
def test_chats_of_llama_cpp_come_in_with_their_tree_and_pictures(archive, tmp_path, data):
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps(data))
    assert import_file(archive, path) == Imported(chats=1, messages=3)
    (chat,) = archive.chats()
    assert (chat.title, chat.pinned, chat.created) == ("About cats", True, 2000)
    question, dog, cat = archive.messages(chat.id)
    assert question.text == "What is it?\n\nnotes.txt:\n\nnot a picture"
    assert [picture.name for picture in question.pictures] == ["cat.png"]
    assert archive.pictures.read(question.pictures[0].content) == PNG
    assert {dog.parent, cat.parent} == {question.id}
    assert dog.chosen > cat.chosen
    assert json.loads(dog.facts)["model_name"] == "llava-7b"


def llama_ui(*messages):
    return read_llama_ui({"conv": {"name": "n"}, "messages": list(messages)})[0]


def test_pictures_that_are_not_in_a_file_of_llama_cpp_are_counted(archive, tmp_path):
    extra = [
        {"type": "IMAGE", "name": "a.png", "base64Url": "https://example.org/a.png"},
        {"type": "IMAGE", "name": "b.png", "base64Url": "data:image/png;base64,%%%"},
        {"type": "TEXT", "name": "empty.txt", "content": ""},
        "no attachment",
    ]
    message = {"id": "1", "role": "user", "content": "Look", "extra": extra}
    path = tmp_path / "chat.json"
    path.write_text(json.dumps({"conv": {}, "messages": [message]}))
    assert import_file(archive, path) == Imported(chats=1, messages=1, missing_pictures=2)
    assert archive.messages(archive.chats()[0].id)[0].text == "Look"


@pytest.mark.parametrize(
    "ids",
    [
        [("1", "2"), ("2", "1")],
        [("1", "1")],
        [("1", "2"), ("2", None), ("2", "1")],
        [([1], [1])],
        [(None, None), (None, None)],
        [(1.5, 1.5)],
    ],
)
def test_a_tree_of_llama_cpp_that_is_none_keeps_every_message(ids):
    chat = llama_ui(*({"id": own, "parent": up, "content": str(own)} for own, up in ids))
    assert sorted(each.text for each in chat.messages) == sorted(str(own) for own, _ in ids)
    assert all(
        each.parent is None or each.parent < place for place, each in enumerate(chat.messages)
    )


LM_STUDIO = {
    "name": "About dogs",
    "createdAt": 1_700_000_000_000,
    "pinned": False,
    "messages": [
        {
            "versions": [
                {
                    "type": "singleStep",
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is it?"},
                        {"type": "file", "fileIdentifier": "1.png", "fileType": "image"},
                    ],
                }
            ],
            "currentlySelected": 0,
        },
        {
            "versions": [
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "steps": [
                        {"type": "contentBlock", "content": [{"type": "text", "text": "A cat."}]},
                    ],
                },
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "senderInfo": {"senderName": "gemma"},
                    "steps": [
                        {"type": "debugInfoBlock", "debugInfo": "x"},
                        {"type": "contentBlock", "content": [{"type": "text", "text": "A dog,"}]},
                        {"type": "contentBlock", "content": [{"type": "text", "text": "I think."}]},
                    ],
                },
            ],
            "currentlySelected": 1,
        },
        {
            "versions": [{"type": "singleStep", "role": "user", "content": "Thanks"}],
            "currentlySelected": 0,
        },
    ],
}


def test_a_chat_of_lm_studio_comes_in_with_its_versions(archive, tmp_path):
    path = tmp_path / "1700000000000.conversation.json"
    path.write_text(json.dumps(LM_STUDIO))
    assert import_file(archive, path) == Imported(chats=1, messages=4, missing_pictures=1)
    (chat,) = archive.chats()
    question, cat, dog, thanks = archive.messages(chat.id)
    assert (chat.title, question.text) == ("About dogs", "What is it?")
    assert (cat.text, dog.text) == ("A cat.", "A dog,\n\nI think.")
    assert dog.chosen > cat.chosen
    assert thanks.parent == dog.id


NAMES = (
    *("messages", "versions", "role", "content", "steps", "type", "currentlySelected"),
    *("conv", "id", "parent", "extra", "name", "timestamp", "currNode", "text"),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(ANYTHING)
def test_whatever_json_holds_what_is_read_can_be_kept(data):
    chats = read_llama_ui(data) if is_llama_ui(data) else []
    chats += [read_lm_studio(data)] if is_lm_studio(data) else []
    for chat in chats:
        assert isinstance(chat.title, str)
        for place, message in enumerate(chat.messages):
            assert isinstance(message.text, str)
            assert message.parent is None or 0 <= message.parent < place


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


@pytest.mark.parametrize(
    ("written", "date"),
    [
        (1_763_600_000_000, 1_763_600_000_000),
        (1_763_600_000_000_000, 1_763_600_000_000),
        (1_763_600_000_000_000_000, 1_763_600_000_000),
        (1_763_600_000_000.5, 1_763_600_000_000),
        (-1, 0),
        (2**70, 0),
        (float("inf"), 0),
        ("yesterday", 0),
        (True, 0),
    ],
)
def test_dates_of_other_programs_are_milliseconds_whatever_they_count_in(written, date):
    assert date_of(written) == date
