"""Copies of the database, made by themselves and thinned out as they age."""

from __future__ import annotations

import calendar
import re
import time
from contextlib import closing
from typing import TYPE_CHECKING

import apsw

from perhaps.archive.damage import check
from perhaps.archive.database import connect_read_only
from perhaps.archive.failures import DamagedArchiveError, as_sentences
from perhaps.archive.pictures import make_folder, sync_folder
from perhaps.archive.schema import NEWEST, migrate, version_of
from perhaps.archive.steps import Steps, finish
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

DAY = 24 * 3600
EVERY = DAY
"""Seconds between two copies."""
LATEST = 3
"""Copies that stay whatever their age."""
PAGES_AT_ONCE = 2048
"""Copied in one step, which takes a tenth of a second."""
LADDER = ((7 * DAY, DAY), (35 * DAY, 7 * DAY), (365 * DAY, 30 * DAY))
"""Up to this age, one copy of each span is kept; older ones go."""
_NAME = re.compile(r"perhaps-(\d{8}-\d{6})\.sqlite")
_DATE = "%Y%m%d-%H%M%S"


def backup_files(folder: Path) -> list[Path]:
    """Give all copies, latest first."""
    found = (path for path in folder.glob("perhaps-*.sqlite") if _NAME.fullmatch(path.name))
    return sorted(found, key=lambda path: path.name, reverse=True)


def is_due(folder: Path, now: float) -> bool:
    """Tell whether the latest copy is old enough for another one."""
    latest = next(iter(backup_files(folder)), None)
    return latest is None or now - _date(latest) >= EVERY


def back_up(connection: apsw.Connection, folder: Path, now: float) -> Path:
    """Copy the database as it is, whole or not at all; raises ArchiveError."""
    return finish(back_up_in_steps(connection, folder, now))


def back_up_in_steps(connection: apsw.Connection, folder: Path, now: float) -> Steps[Path]:
    """Do what `back_up` does, bit by bit; what is written in between is in the copy too."""
    path = folder / f"perhaps-{time.strftime(_DATE, time.gmtime(now))}.sqlite"
    yield from _copy_database(connection, path)
    return path


def _copy_database(connection: apsw.Connection, path: Path) -> Steps[None]:
    partial = path.with_suffix(".part")
    with as_sentences(path):
        make_folder(path.parent)
        partial.unlink(missing_ok=True)
        try:
            with closing(apsw.Connection(str(partial))) as copy:
                yield from _copy(connection, copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def thin(folder: Path, now: float) -> None:
    """Drop the copies that the ladder does not keep."""
    files = backup_files(folder)
    keep = set(files[:LATEST])
    spans = set()
    for path in files:
        age = now - _date(path)
        span = next((span for limit, span in LADDER if age <= limit), None)
        if span is None:
            continue
        slot = (span, int(_date(path) // span))
        if slot not in spans:
            spans.add(slot)
            keep.add(path)
    for path in files:
        if path not in keep:
            path.unlink(missing_ok=True)


def _date(path: Path) -> float:
    match = _NAME.fullmatch(path.name)
    assert match is not None

    return float(calendar.timegm(time.strptime(match[1], _DATE)))


def _copy(source: apsw.Connection, target: apsw.Connection) -> Steps[None]:
    with target.backup("main", source, "main") as backup:
        while not backup.done:
            backup.step(PAGES_AT_ONCE)
            yield


def copy_in_memory(path: Path) -> Steps[apsw.Connection]:
    """Give what a copy holds, in the newest version; the file stays as it is.

    Raises ArchiveError for what is no whole archive, or one of a later version.
    """
    memory = apsw.Connection(":memory:")
    try:
        with as_sentences(path), closing(connect_read_only(path)) as source:
            yield from _copy(source, memory)
            if version_of(memory) not in range(1, NEWEST + 1):
                raise ArchiveError(f"“{path.name}” is no backup that this version can read.")
            check(memory, path)
            migrate(memory)
    except DamagedArchiveError as error:
        memory.close()
        raise ArchiveError(f"“{path.name}” is damaged: choose another backup.") from error
    except BaseException:
        memory.close()
        raise
    return memory
