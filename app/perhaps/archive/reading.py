"""Rows that are read."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from perhaps.archive.database import fetch
from perhaps.archive.records import (
    ARRIVING,
    MOST_SEEDED,
    Chat,
    Deletion,
    Hit,
    KeptPicture,
    Message,
    Snippet,
    TraceChunk,
)
from perhaps.archive.tree import parents_first
from perhaps.archive.words import find_terms, match_expression, query_terms, snippet

if TYPE_CHECKING:
    import apsw

_CHAT = "chat.id, title, chat.created, changed, pinned, chat.deleted"
_MESSAGE = "id, chat, parent, role, text, created, chosen, finished, facts, deleted"
_PICTURE = "name, content, pixels, width, height, source_width, source_height"
_TEXTS = (
    "SELECT text FROM message WHERE id = ?1 UNION ALL SELECT name FROM picture WHERE message = ?1"
)
_LONGEST_TITLE = 200
MOST_MATCHES = 2000


def chats(connection: apsw.Connection, *, deleted: bool = False) -> list[Chat]:
    """Give the chats, latest first; or those that were deleted."""
    which = "deleted IS NOT NULL" if deleted else "deleted IS NULL"
    rows = fetch(
        connection,
        f"SELECT {_CHAT} FROM chat WHERE {which} ORDER BY changed DESC",  # noqa: S608 - no input
    )
    return [_chat(row) for row in rows]


def chat(connection: apsw.Connection, number: int) -> Chat | None:
    """Give one chat, also where it is deleted."""
    found = fetch(connection, f"SELECT {_CHAT} FROM chat WHERE id = ?", (number,))  # noqa: S608
    return _chat(found[0]) if found else None


def messages(connection: apsw.Connection, number: int, *, deleted: bool = False) -> list[Message]:
    """Give the messages of a chat in the order in which they were written, parents first."""
    pictures = _pictures(connection, number)
    which = "" if deleted else " AND deleted IS NULL"
    rows = connection.execute(
        f"SELECT {_MESSAGE} FROM message WHERE chat = ?{which} ORDER BY id",  # noqa: S608
        (number,),
    )
    # Where the clock was set back, an answer may have a smaller id than its question.
    return parents_first([_message(row, pictures) for row in rows])


def latest_id(connection: apsw.Connection) -> int:
    """Give the largest id of a chat or message that another one can follow; 0 for none."""
    largest = (
        fetch(connection, f"SELECT max(id) FROM {table} WHERE id < ?", (MOST_SEEDED,))  # noqa: S608
        for table in ("chat", "message")
    )
    return max(rows[0][0] or 0 for rows in largest)


def is_taken(connection: apsw.Connection, number: int) -> bool:
    """Tell whether a chat or message has this id."""
    query = "SELECT 1 FROM chat WHERE id = ?1 UNION ALL SELECT 1 FROM message WHERE id = ?1"
    return bool(fetch(connection, query, (number,)))


def deletions(connection: apsw.Connection) -> list[Deletion]:
    """Give the chats that were deleted, and what was deleted within others; latest first."""
    dropped = (each for each in chats(connection, deleted=True) if each.deleted != ARRIVING)
    gone = [Deletion(each, None, each.deleted or 0) for each in dropped]
    by_id = {each.id: each for each in chats(connection)}
    rows = connection.execute(
        f"SELECT {_MESSAGE} FROM message WHERE deleted IS NOT NULL"  # noqa: S608 - no input
        # What followed something that was deleted comes back with it.
        " AND NOT EXISTS (SELECT 1 FROM message AS before"
        " WHERE before.id = message.parent AND before.deleted IS NOT NULL)"
    )
    messages = [_message(row, {}) for row in rows]
    gone += [Deletion(by_id[m.chat], m, m.deleted or 0) for m in messages if m.chat in by_id]
    return sorted(gone, key=lambda each: each.when, reverse=True)


def trace(connection: apsw.Connection, message: int) -> list[TraceChunk]:
    """Give the steps of an answer, in order."""
    rows = connection.execute(
        "SELECT first, data FROM trace WHERE message = ? ORDER BY first", (message,)
    )
    return [TraceChunk(first, data) for first, data in rows]


def kept_contents(connection: apsw.Connection) -> set[str]:
    """Give the hashes of all pictures that some message has."""
    return {row[0] for row in connection.execute("SELECT DISTINCT content FROM picture")}


def kept_pixels(connection: apsw.Connection) -> set[str]:
    """Likewise of their prepared pixels."""
    return {row[0] for row in connection.execute("SELECT DISTINCT pixels FROM picture")}


def is_asked_about(connection: apsw.Connection, content: str) -> bool:
    """Tell whether some message has a picture with this hash."""
    return bool(fetch(connection, "SELECT 1 FROM picture WHERE content = ? LIMIT 1", (content,)))


def search(connection: apsw.Connection, query: str, limit: int = 50) -> list[Hit]:
    """Find chats by title, words and file names, those with the latest match first.

    Every word of the query must be there, as a word or the beginning of one. A chat comes once.
    Of words that are everywhere, only the latest `MOST_MATCHES` places count.
    """
    terms = query_terms(query)
    if not terms:
        return []
    # Ids grow with time, so the index itself is in the order that people want.
    rows = connection.execute(
        "SELECT message.id, coalesce(message.chat, hit.rowid) FROM"
        " (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) AS hit"
        " LEFT JOIN message ON message.id = hit.rowid",
        (match_expression(terms), MOST_MATCHES),
    )
    gone = {row[0] for row in connection.execute("SELECT id FROM message WHERE deleted NOT NULL")}
    first: dict[int, int | None] = {}
    for message, number in rows:
        if message not in gone:
            first.setdefault(number, message)
    found = ((chat(connection, number), message) for number, message in first.items())
    alive = ((each, message) for each, message in found if each and each.deleted is None)
    return [
        _hit(connection, each, message, terms) for each, message in itertools.islice(alive, limit)
    ]


def _hit(connection: apsw.Connection, found: Chat, message: int | None, terms: list[str]) -> Hit:
    title = found.title[:_LONGEST_TITLE]
    marked = Snippet(title, tuple(find_terms(title, terms)))
    if message is None:
        return Hit(found, None, marked, None)
    pieces = [text for (text,) in fetch(connection, _TEXTS, (message,))]
    places = ((piece, find_terms(piece, terms)) for piece in pieces)
    best = next((place for place in places if place[1]), (pieces[0], []))
    return Hit(found, message, marked, snippet(*best))


def _chat(row: tuple[Any, ...]) -> Chat:
    number, title, created, changed, pinned, deleted = row
    return Chat(number, title, created, changed, bool(pinned), deleted)


def _message(row: tuple[Any, ...], pictures: dict[int, list[KeptPicture]]) -> Message:
    number, chat_id, parent, role, text, created, chosen, finished, facts, deleted = row
    return Message(
        id=number,
        chat=chat_id,
        parent=parent,
        role=role,
        text=text,
        created=created,
        chosen=chosen,
        finished=bool(finished),
        facts=facts,
        pictures=tuple(pictures.get(number, ())),
        deleted=deleted,
    )


def _pictures(connection: apsw.Connection, number: int) -> dict[int, list[KeptPicture]]:
    found: dict[int, list[KeptPicture]] = defaultdict(list)
    rows = connection.execute(
        f"SELECT picture.message, {_PICTURE} FROM message"  # noqa: S608 - no input
        " JOIN picture ON picture.message = message.id"
        " WHERE message.chat = ? ORDER BY picture.message, position",
        (number,),
    )
    for message, *values in rows:
        found[message].append(KeptPicture(*values))
    return found
