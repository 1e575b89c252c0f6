"""Chats that other programs wrote."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.archive.exchange.foreign import date_of
from perhaps.archive.exchange.importing import import_file
from perhaps.archive.exchange.intake import Imported
from perhaps.archive.exchange.llama_ui import is_llama_ui, read_llama_ui
from perhaps.archive.exchange.lm_studio import is_lm_studio, read_lm_studio
from perhaps.archive.store import Archive
from tests.archive.builders import PNG


@pytest.fixture
def archive():
    archive = Archive(None)
    yield archive
    archive.close()


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


def test_half_characters_and_titles_without_end_come_in(archive, tmp_path):
    message = {"id": "1", "role": "assistant", "content": "a\ud800", "model": "\ud800m"}
    path = tmp_path / "chat.json"
    path.write_text(json.dumps({"conv": {"name": "\udfff" + "x" * 10**6}, "messages": [message]}))
    assert import_file(archive, path) == Imported(chats=1, messages=1)
    (chat,) = archive.chats()
    assert chat.title == "\ufffd" + "x" * 198 + "…"
    (answer,) = archive.messages(chat.id)
    assert answer.text == "a\ufffd"
    assert json.loads(answer.facts)["model_name"] == "\ufffdm"
