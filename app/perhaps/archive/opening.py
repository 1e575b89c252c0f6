"""From a folder to an open database: lock, check, salvage, migrate."""

from __future__ import annotations

import logging
import os
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from perhaps.archive import backups, damage, salvage, schema
from perhaps.archive.database import connect, connect_read_only, transaction
from perhaps.archive.failures import (
    DamagedArchiveError,
    NoRoomError,
    ReadOnlyArchiveError,
    as_sentences,
)
from perhaps.archive.pictures import make_folder
from perhaps.archive.reading import latest_id
from perhaps.archive.records import ids_follow
from perhaps.archive.writing import settle_unfinished

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

FILE = "perhaps.sqlite"
OPEN_MARK = "in-use"
BACKUPS = "backups"
DAMAGED = "damaged"


@dataclass(frozen=True)
class Opened:
    """An open database, and what had to be done to open it."""

    connection: apsw.Connection
    read_only: bool = False
    newer: bool = False
    """Written by a later version of the program."""
    unclean: bool = False
    """The program before ended without closing it."""
    set_aside: Path | None = None
    """Where the damaged file now lies."""
    salvaged: salvage.Salvaged | None = None
    begun: bool = True
    """Whether the disk took what `begin` writes."""


def open_database(folder: Path, *, suspect: bool = False) -> Opened:
    """Open the archive in a folder, or begin one there; raises ArchiveError.

    One that is `suspect`, as it met damage while it was open, is looked through as a whole.
    Where the disk is full, what is there can be read; `begin` is to be called before any write.
    """
    path = folder / FILE
    with as_sentences(folder):
        make_folder(folder, 0o700)
    unclean = (folder / OPEN_MARK).exists()
    marked = False
    try:
        marked = _has_room_for(lambda: _mark_open(folder))
        opened = _opened_whole(path, folder, unclean=unclean, suspect=suspect)
    except DamagedArchiveError:
        return replace(_opened_salvaged(path, folder), begun=marked)
    except ReadOnlyArchiveError:
        if not path.is_file():
            raise
        return Opened(connect_read_only(path), read_only=True)
    if opened.read_only:
        if not unclean:
            mark_closed(folder)
        return opened
    settled = marked and _has_room_for(lambda: _settle(opened.connection, path))
    return replace(opened, begun=settled)


def begin(connection: apsw.Connection, folder: Path) -> None:
    """Note that the archive is open, and end what was cut off with the program before.

    Raises ArchiveError; may be tried again.
    """
    _mark_open(folder)
    _settle(connection, folder / FILE)


def mark_closed(folder: Path) -> None:
    """Note that everything was closed as it should be."""
    (folder / OPEN_MARK).unlink(missing_ok=True)


def _mark_open(folder: Path) -> None:
    with as_sentences(folder):
        (folder / OPEN_MARK).write_text(f"{os.getpid()}\n")


def _settle(connection: apsw.Connection, path: Path) -> None:
    with as_sentences(path), transaction(connection):
        settle_unfinished(connection)


def _has_room_for(write: Callable[[], None]) -> bool:
    try:
        write()
    except NoRoomError as error:
        log.info("opened without room: %s", error)
        return False
    return True


def _opened_whole(path: Path, folder: Path, *, unclean: bool, suspect: bool) -> Opened:
    if path.is_file() and path.stat().st_size == 0 and backups.backup_files(folder / BACKUPS):
        raise DamagedArchiveError(f"The archive “{path}” is empty.")
    connection = connect(path)
    try:
        if connection.readonly("main"):
            raise ReadOnlyArchiveError(f"The archive “{path}” may not be changed.")
        with as_sentences(path):
            version = schema.version_of(connection)
        if version > schema.NEWEST:
            connection.close()
            return Opened(connect_read_only(path), read_only=True, newer=True)
        _check_tables(connection, path, version)
        if unclean or suspect:
            damage.check(connection, path)
        if suspect:
            damage.check_rest(connection, path)
        if 0 < version < schema.NEWEST:
            backups.back_up(connection, folder / BACKUPS, time.time())
        with as_sentences(path):
            schema.migrate(connection)
            ids_follow(latest_id(connection))
            if suspect and not damage.words_are_whole(connection):
                raise DamagedArchiveError(f"The search of the archive “{path}” is damaged.")
    except BaseException:
        connection.close(True)
        raise
    return Opened(connection, unclean=unclean)


def _check_tables(connection: apsw.Connection, path: Path, version: int) -> None:
    """Look whether the tables are those of that version, and their beginnings can be read."""
    with as_sentences(path):
        if schema.tables_of(connection) != schema.tables_in(version):
            raise DamagedArchiveError(f"The tables of the archive “{path}” are damaged.")
        if version:
            connection.execute("SELECT id, title, deleted FROM chat").fetchall()


def _opened_salvaged(path: Path, folder: Path) -> Opened:
    aside = damage.set_aside(path, folder / DAMAGED)
    fresh = path.with_suffix(".salvaged")
    try:
        result = _salvage(aside, folder, fresh)
    except BaseException:
        # The damaged file is in its place yet, and is set aside again at the next attempt.
        fresh.unlink(missing_ok=True)
        damage.drop_aside(aside)
        raise
    damage.put_in_place(fresh, path)
    connection = connect(path)
    with as_sentences(path):
        schema.migrate(connection)
        ids_follow(latest_id(connection))
    return Opened(connection, unclean=True, set_aside=aside, salvaged=result)


def _salvage(aside: Path, folder: Path, fresh: Path) -> salvage.Salvaged:
    backup = next(iter(backups.backup_files(folder / BACKUPS)), None)
    with as_sentences(fresh):
        fresh.unlink(missing_ok=True)
        with closing(connect(fresh)) as connection:
            result = salvage.salvage(aside, backup, connection)
            damage.check(connection, fresh)
    return result
