"""Rows that are written; every function is to be called within a transaction.

Each may be repeated with the same values, so that a write that met a full disk is tried again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.archive.database import fetch
from perhaps.archive.words import searchable

if TYPE_CHECKING:
    import apsw

    from perhaps.archive.records import Chat, Message, TraceChunk


_HALF = re.compile("[\ud800-\udfff]")


def put_chat(connection: apsw.Connection, chat: Chat) -> None:
    """Add a chat, or replace what is known of it."""
    connection.execute(
        "INSERT INTO chat(id, title, created, changed, pinned, deleted) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET title = excluded.title, changed = excluded.changed,"
        " pinned = excluded.pinned, deleted = excluded.deleted",
        (chat.id, clean(chat.title), chat.created, chat.changed, chat.pinned, chat.deleted),
    )
    index_words(connection, chat.id, chat.title)


def put_message(connection: apsw.Connection, message: Message) -> None:
    """Add a message with its pictures, or replace it; its chat and parent must be there."""
    connection.execute(
        "INSERT INTO message"
        "(id, chat, parent, role, text, created, finished, facts, chosen, deleted)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
        " text = excluded.text, finished = excluded.finished, facts = excluded.facts,"
        " chosen = excluded.chosen, deleted = excluded.deleted",
        (
            message.id,
            message.chat,
            message.parent,
            message.role,
            clean(message.text),
            message.created,
            message.finished,
            message.facts,
            message.chosen,
            message.deleted,
        ),
    )
    _put_pictures(connection, message)
    if message.finished:
        files = "\n".join(picture.name for picture in message.pictures)
        index_words(connection, message.id, message.text, files)
    touch(connection, message.chat, message.created)


def _put_pictures(connection: apsw.Connection, message: Message) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                message.id,
                position,
                clean(each.name),
                each.content,
                each.pixels,
                each.width,
                each.height,
                each.source_width,
                each.source_height,
            )
            for position, each in enumerate(message.pictures)
        ),
    )


def put_text(connection: apsw.Connection, message: int, text: str, trace: TraceChunk) -> None:
    """Keep what an answer has come to: all its text, and the newest steps."""
    connection.execute("UPDATE message SET text = ? WHERE id = ?", (clean(text), message))
    put_trace(connection, message, trace)


def put_trace(connection: apsw.Connection, message: int, trace: TraceChunk) -> None:
    """Keep a chunk of the steps of an answer."""
    connection.execute(
        "INSERT OR REPLACE INTO trace(message, first, data) VALUES (?, ?, ?)",
        (message, trace.first, trace.data),
    )


def finish_message(
    connection: apsw.Connection, message: int, text: str, facts: str, trace: bytes
) -> None:
    """Keep an answer that has ended, its trace in one piece."""
    connection.execute(
        "UPDATE message SET text = ?, facts = ?, finished = 1 WHERE id = ?",
        (clean(text), facts, message),
    )
    connection.execute("DELETE FROM trace WHERE message = ?", (message,))
    if trace:
        connection.execute("INSERT INTO trace VALUES (?, 0, ?)", (message, trace))
    index_words(connection, message, text)


def settle_unfinished(connection: apsw.Connection) -> int:
    """End the answers that were cut off with the program; gives how many there were."""
    rows = fetch(connection, "SELECT id, text FROM message WHERE finished = 0")
    for message, text in rows:
        index_words(connection, message, text)
        connection.execute("UPDATE message SET finished = 1 WHERE id = ?", (message,))
    return len(rows)


def touch(connection: apsw.Connection, chat: int, when: int) -> None:
    """Note that a chat was written to."""
    connection.execute("UPDATE chat SET changed = max(changed, ?) WHERE id = ?", (when, chat))


def rename_chat(connection: apsw.Connection, chat: int, title: str) -> None:
    """Give a chat another title."""
    connection.execute("UPDATE chat SET title = ? WHERE id = ?", (clean(title), chat))
    index_words(connection, chat, title)


def index_words(connection: apsw.Connection, row: int, text: str, files: str = "") -> None:
    """Let the search find a title (by the id of its chat) or a message."""
    connection.execute("DELETE FROM words WHERE rowid = ?", (row,))
    connection.execute(
        "INSERT INTO words(rowid, text, files) VALUES (?, ?, ?)",
        (row, searchable(clean(text)), searchable(clean(files))),
    )


def rebuild_words(connection: apsw.Connection) -> None:
    """Make the search anew out of the rows."""
    connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
    for chat, title in fetch(connection, "SELECT id, title FROM chat"):
        index_words(connection, chat, title)
    names = "SELECT group_concat(name, char(10)) FROM picture WHERE picture.message = message.id"
    rows = fetch(connection, f"SELECT id, text, ({names}) FROM message")  # noqa: S608 - no input
    for message, text, files in rows:
        index_words(connection, message, text, files or "")


_OLD_CHATS = "SELECT id FROM chat WHERE deleted < :before ORDER BY id LIMIT :most"
_FORGET_WORDS = """
WITH RECURSIVE
  old(id) AS (SELECT id FROM chat WHERE deleted < :before ORDER BY id LIMIT :most),
  gone(id) AS (
    SELECT id FROM message WHERE deleted < :before
    UNION SELECT message.id FROM message JOIN old ON message.chat = old.id
    UNION SELECT message.id FROM message JOIN gone ON message.parent = gone.id
  )
DELETE FROM words WHERE rowid IN (SELECT id FROM gone UNION SELECT id FROM old)
"""


def purge(connection: apsw.Connection, before: int, most: int) -> bool:
    """Drop for good what was deleted before a date; tells whether more than `most` chats were."""
    values = {"before": before, "most": most}
    old = fetch(connection, _OLD_CHATS, values)
    connection.execute(_FORGET_WORDS, values)
    connection.execute("DELETE FROM message WHERE deleted < ?", (before,))
    connection.executemany("DELETE FROM chat WHERE id = ?", old)
    return bool(fetch(connection, "SELECT 1 FROM chat WHERE deleted < ? LIMIT 1", (before,)))


def clean(text: str) -> str:
    """Give text that a database takes: half characters, as file names may hold, are replaced."""
    return _HALF.sub("\ufffd", text)
