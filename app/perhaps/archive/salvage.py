"""What is still whole of a damaged archive becomes a new one."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apsw

from perhaps.archive.database import fetch, transaction
from perhaps.archive.pages import PageReader
from perhaps.archive.schema import migrate
from perhaps.archive.writing import rebuild_words, settle_unfinished

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from perhaps.archive.pages import Row, Value

RECOVERED = "Recovered messages"
"""The title of a chat whose own title is lost."""

_NUMBER, _TEXT, _BLOB, _OPTIONAL = "number", "text", "blob", "optional"
# Columns by their kinds; those from the index given on are younger than version 1. The first one
# of `chat` and `message` is the rowid, which a record holds as None.
_SHAPES: dict[str, tuple[tuple[str, ...], int]] = {
    "chat": ((_OPTIONAL, _TEXT, _NUMBER, _NUMBER, _OPTIONAL, _NUMBER), 5),
    "message": (
        (
            *(_OPTIONAL, _NUMBER, _OPTIONAL, _TEXT, _TEXT, _NUMBER, _NUMBER, _TEXT),
            *(_NUMBER, _OPTIONAL),
        ),
        8,
    ),
    "picture": (
        (_NUMBER, _NUMBER, _TEXT, _TEXT, _TEXT, _NUMBER, _NUMBER, _NUMBER, _NUMBER),
        9,
    ),
    "trace": ((_NUMBER, _NUMBER, _BLOB), 3),
}
_ROLES = ("system", "user", "assistant")
_INSERT = {
    "chat": "INSERT OR IGNORE INTO chat(id, title, created, changed, deleted, pinned)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    "message": "INSERT OR IGNORE INTO message(id, chat, parent, role, text, created, finished,"
    " facts, chosen, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "picture": "INSERT OR IGNORE INTO picture VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "trace": "INSERT OR IGNORE INTO trace VALUES (?, ?, ?)",
}


@dataclass(frozen=True)
class Salvaged:
    """What came out of a damaged archive."""

    chats: int
    messages: int


def salvage(damaged: Path, backup: Path | None, fresh: apsw.Connection) -> Salvaged:
    """Fill an empty database with the whole rows of a damaged file, then of a backup.

    A whole row of the damaged file goes before the same row of the backup, and that before one
    whose text is partly broken. Changes neither file.
    """
    migrate(fresh)
    fresh.execute("PRAGMA foreign_keys = OFF")
    with transaction(fresh):
        data = damaged.read_bytes()
        _take(fresh, PageReader(data).rows())
        if backup is not None:
            _take(fresh, PageReader(backup.read_bytes()).rows())
        _take(fresh, PageReader(data, mend_text=True).rows())
        _mend(fresh)
        rebuild_words(fresh)
        settle_unfinished(fresh)
    fresh.execute("PRAGMA foreign_keys = ON")
    return Salvaged(_count(fresh, "chat"), _count(fresh, "message"))


def _take(fresh: apsw.Connection, rows: Iterable[Row]) -> None:
    for rowid, values in rows:
        for table, (kinds, oldest) in _SHAPES.items():
            if _fits(values, kinds, oldest) and _plausible(table, rowid, values):
                # A row that even so breaks a rule of its table is no row of ours.
                with contextlib.suppress(apsw.ConstraintError):
                    fresh.execute(_INSERT[table], _completed(table, rowid, values))


def _fits(values: tuple[Value, ...], kinds: tuple[str, ...], oldest: int) -> bool:
    if not oldest <= len(values) <= len(kinds):
        return False
    return all(_is(kind, value) for kind, value in zip(kinds, values, strict=False))


def _is(kind: str, value: Value) -> bool:
    if kind == _OPTIONAL:
        return value is None or isinstance(value, int)
    return isinstance(value, {_NUMBER: int, _TEXT: str, _BLOB: bytes}[kind])


def _plausible(table: str, rowid: int, values: tuple[Value, ...]) -> bool:
    if table == "message":
        return rowid > 0 and values[0] is None and values[3] in _ROLES
    return rowid > 0 and (table != "chat" or values[0] is None)


def _completed(table: str, rowid: int, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Give the columns as the newest version has them."""
    if table == "chat":
        return (rowid, *values[1:], *(0,) * (6 - len(values)))
    if table == "message":
        return (rowid, *values[1:], *((values[5], None)[: 10 - len(values)]))
    return values


def _mend(fresh: apsw.Connection) -> None:
    """Give messages without a chat one, and those without a parent the message before them."""
    fresh.execute(
        "INSERT INTO chat(id, title, created, changed)"
        " SELECT chat, ?, min(created), max(created) FROM message"
        " WHERE chat NOT IN (SELECT id FROM chat) GROUP BY chat",
        (RECOVERED,),
    )
    fresh.execute(
        "UPDATE message AS lost SET parent = (SELECT max(id) FROM message AS before"
        " WHERE before.chat = lost.chat AND before.id < lost.id AND before.role <> lost.role)"
        " WHERE parent IS NOT NULL AND parent NOT IN (SELECT id FROM message)"
    )
    for table in ("picture", "trace"):
        fresh.execute(
            f"DELETE FROM {table} WHERE message NOT IN (SELECT id FROM message)"  # noqa: S608
        )


def _count(connection: apsw.Connection, table: str) -> int:
    return int(fetch(connection, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - no input
