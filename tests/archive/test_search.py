import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.archive.store import Archive
from perhaps.archive.words import SNIPPET, find_terms, query_terms, searchable, snippet
from tests.archive.builders import a_chat, a_message, a_picture


@pytest.fixture
def archive():
    archive = Archive(None)
    yield archive
    archive.close()


def say(archive, title, *texts, pictures=()):
    chat = a_chat(title)
    messages = [a_message(chat, "user", text, pictures=pictures) for text in texts]
    archive.put_messages(messages, chat)
    return chat


def found(archive, query):
    return [hit.chat.title for hit in archive.search(query)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("blue", ["Second", "First"]),
        ("BLU", ["Second", "First"]),
        ("circle blue", ["First"]),
        ("cafe", ["Third"]),
        ("CAFÉ", ["Third"]),
        ("first", ["First"]),
        ("holiday", ["Second"]),
        ("beach.jpg", ["Second"]),
        ("圆", ["Third"]),
        ("个圆", ["Third"]),
        ("圆个", []),
        ("lue", []),
        ("", []),
        ("\"'*() OR", []),
        ("_", []),
    ],
)
def test_words_are_found_by_their_beginning(archive, query, titles):
    say(archive, "First", "Is the circle blue?")
    say(archive, "Second", "Blue again", pictures=(a_picture("holiday_beach.jpg"),))
    say(archive, "Third", "Un café: 两个圆形")
    assert found(archive, query) == titles


def test_a_chat_comes_once_with_its_latest_match(archive):
    chat = say(archive, "Same", "apple one", "apple two")
    (hit,) = archive.search("apple")
    latest = archive.messages(chat.id)[-1]
    assert hit.message == latest.id
    assert hit.snippet.text == "apple two"


def test_places_are_marked_in_title_and_text(archive):
    say(archive, "Blue things", "x " * 100 + "a Blue\nthing" + " y" * 200)
    (hit,) = archive.search("blue thing")
    assert [hit.title.text[a:b] for a, b in hit.title.marks] == ["Blue", "thing"]
    shown = hit.snippet
    assert [shown.text[a:b] for a, b in shown.marks] == ["Blue", "thing"]
    assert "\n" not in shown.text
    assert shown.text[0] == shown.text[-1] == "…"


def test_a_renamed_chat_is_found_by_its_new_title(archive):
    chat = say(archive, "Before", "text")
    archive.rename_chat(chat.id, "After")
    assert found(archive, "before") == []
    assert found(archive, "after") == ["After"]


@given(st.text(max_size=300), st.text(max_size=12))
def test_marks_lie_within_the_snippet_and_are_in_order(text, query):
    shown = snippet(text, find_terms(text, query_terms(query)))
    assert len(shown.text) <= SNIPPET + 2
    edges = [edge for mark in shown.marks for edge in mark]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= len(shown.text)


@given(st.text(max_size=80))
def test_spacing_adds_nothing_but_spaces(text):
    assert searchable(text).replace(" ", "") == text.replace(" ", "")


def test_whatever_is_typed_is_a_valid_query(archive):
    say(archive, "Title", "text ß İ ﬁ ́")

    @given(st.text(max_size=40))
    def any_query(query):
        archive.search(query)

    any_query()
    assert find_terms("Straße", ["strasse"]) == [(0, 6)]
