"""Finding damage, and setting aside what is damaged without changing it."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import apsw

from perhaps.archive.failures import DamagedArchiveError, as_sentences
from perhaps.archive.pictures import make_folder, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

SIDE_FILES = ("", "-journal", "-wal", "-shm")


def check(connection: apsw.Connection, path: Path) -> None:
    """Look through what every chat needs; raises DamagedArchiveError at the first fault.

    Takes a second for a million messages; `check_rest` looks at what takes longer.
    """
    if not connection.pragma("user_version"):
        return
    with as_sentences(path):
        for table in ("chat", "message", "picture"):
            _require_ok(connection, path, f"PRAGMA integrity_check({table})")
        for table in ("message", "picture"):
            _require_ok(connection, path, f"PRAGMA foreign_key_check({table})")
        # SQLite does not look whether text is text; reading it does.
        for query in ("SELECT title FROM chat", "SELECT text, facts FROM message"):
            for _ in connection.execute(query):
                pass


def check_rest(connection: apsw.Connection, path: Path) -> None:
    """Look through the traces; raises DamagedArchiveError."""
    with as_sentences(path):
        _require_ok(connection, path, "PRAGMA integrity_check(trace)")


def _require_ok(connection: apsw.Connection, path: Path, query: str) -> None:
    row = connection.execute(query).fetchone()
    if row is not None and row[0] != "ok":
        raise DamagedArchiveError(f"The archive “{path}” is damaged ({row[0]}).")


def words_are_whole(connection: apsw.Connection) -> bool:
    """Tell whether the search index agrees with itself."""
    try:
        connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")
    except apsw.Error:
        return False
    return True


def set_aside(path: Path, folder: Path) -> Path:
    """Copy a damaged database with its journal into a folder of its own; gives its new place.

    Raises ArchiveError; the damaged files stay where they are.
    """
    with as_sentences(path):
        place = _free_folder(folder)
        make_folder(place)
        try:
            for side in SIDE_FILES:
                source = path.with_name(path.name + side)
                if source.exists():
                    shutil.copy2(source, place / source.name)
                    _sync_file(place / source.name)
            sync_folder(place)
            sync_folder(folder)
        except BaseException:
            drop_aside(place / path.name)
            raise
    return place / path.name


def drop_aside(aside: Path) -> None:
    """Remove what `set_aside` copied, as nothing came of it."""
    shutil.rmtree(aside.parent, ignore_errors=True)


def was_set_aside(folder: Path) -> bool:
    """Tell whether anything damaged is kept, which a person may still want to look through."""
    return folder.is_dir() and any(folder.iterdir())


def put_in_place(fresh: Path, path: Path) -> None:
    """Let a new database take the place of one that was set aside."""
    with as_sentences(path):
        # First, as the journal of the old one would be rolled back into the new one.
        for side in SIDE_FILES[1:]:
            path.with_name(path.name + side).unlink(missing_ok=True)
        sync_folder(path.parent)
        fresh.replace(path)
        sync_folder(path.parent)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _free_folder(folder: Path) -> Path:
    name = time.strftime("%Y-%m-%d-%H%M%S")
    place = folder / name
    number = 2
    while place.exists():
        place = folder / f"{name}-{number}"
        number += 1
    return place
