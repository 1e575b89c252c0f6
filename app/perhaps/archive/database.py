"""One connection to the archive's SQLite file, set to lose nothing."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import apsw

from perhaps.archive.failures import as_sentences
from perhaps.archive.pages import PAGE_SIZE
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

OLDEST_SQLITE = (3, 51, 3)
"""Older ones could damage a database with a write-ahead log."""
WAIT_MS = 500
"""For another program that holds the file, such as a backup tool."""

# A rollback journal keeps the archive one file, which people can copy, and which opens on a
# read-only disk. Nobody reads beside the one writer, so a write-ahead log would gain nothing.
# TRUNCATE syncs the end of the journal, which DELETE leaves to the next sync of the folder.
# Deleted words are overwritten, so that salvaging never brings them back.
PRAGMAS = f"""
PRAGMA page_size = {PAGE_SIZE};
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA trusted_schema = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16000;
"""

READ_WRITE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


def sqlite_version() -> tuple[int, ...]:
    """Give the version of the SQLite that apsw brings."""
    return tuple(map(int, apsw.sqlite_lib_version().split(".")))


def connect(path: Path | None) -> apsw.Connection:
    """Open the file for this program alone, or a database in memory.

    Raises ArchiveError; DamagedArchiveError where the file is no database.
    """
    if path is None:
        connection = apsw.Connection(":memory:")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
    with as_sentences(path):
        connection = apsw.Connection(_as_text(path), flags=READ_WRITE)
        try:
            connection.set_busy_timeout(WAIT_MS)
            # A statement that gives rows is done only when they are fetched.
            connection.execute(PRAGMAS).fetchall()
            # Takes the lock, rolls back what was cut off, and reads the first page.
            connection.execute("BEGIN EXCLUSIVE; SELECT name FROM sqlite_schema; COMMIT").fetchall()
        except BaseException:
            connection.close(True)
            raise
    return connection


def connect_read_only(path: Path) -> apsw.Connection:
    """Open a file that may not be changed; raises ArchiveError."""
    with as_sentences(path):
        return apsw.Connection(_as_text(path), flags=apsw.SQLITE_OPEN_READONLY)


def _as_text(path: Path) -> str:
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        raise ArchiveError(
            f"“{shown}” is no valid name for a database: choose a folder whose name is UTF-8."
        ) from None
    return text


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Do all of a block or nothing of it; not to be nested.

    Raises what went wrong first, whatever rolling back meets then.
    """
    if connection.in_transaction:
        # What the disk did not let be rolled back before.
        connection.execute("ROLLBACK")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if connection.in_transaction:
            with suppress(apsw.Error):
                connection.execute("ROLLBACK")
        raise


def fetch(
    connection: apsw.Connection, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Give all rows of a query."""
    return connection.execute(statement, values).fetchall()
