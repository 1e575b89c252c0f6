"""What the disk and SQLite report, as one sentence each."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class DamagedArchiveError(ArchiveError):
    """A file that is no whole database any more."""


class NoRoomError(ArchiveError):
    """A disk that is full or refuses to write for now; later it may work."""


class ReadOnlyArchiveError(ArchiveError):
    """An archive that may be read and not written."""


class UnexpectedError(ArchiveError):
    """A fault of the program itself, which is in the log."""

    def __init__(self, cause: Exception) -> None:
        shown = " ".join(f"{type(cause).__name__}: {cause}".split())
        super().__init__(
            f"Something went wrong with your chats ({shown[:MOST_SHOWN]}): start the program again."
        )


MOST_SHOWN = 200
"""Characters of a fault, whose whole text is in the log."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT)


@contextmanager
def as_sentences(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the disk about `path` into an ArchiveError."""
    try:
        yield
    except apsw.Error as error:
        raise _of_sqlite(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite hands on what it finds; only damage makes it no text.
        raise DamagedArchiveError(f"The archive “{_shown(path)}” is damaged ({error}).") from error
    except OSError as error:
        raise of_disk(error, path) from error


def _of_sqlite(error: apsw.Error, path: Path) -> ArchiveError:
    shown = _shown(path)
    if isinstance(error, apsw.FullError):
        return NoRoomError(f"The disk of “{shown}” is full: free some space to keep your chats.")
    if isinstance(error, apsw.CorruptError | apsw.NotADBError | apsw.FormatError):
        return DamagedArchiveError(f"The archive “{shown}” is damaged ({error}).")
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return ArchiveError(
            f"The archive “{shown}” is in use by another program: close it, then start again."
        )
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError):
        return ReadOnlyArchiveError(f"The archive “{shown}” may not be changed: it is read-only.")
    if isinstance(error, apsw.CantOpenError) and path.is_dir():
        return ArchiveError(f"“{shown}” is a folder: move what stands in the place of the archive.")
    if isinstance(error, apsw.CantOpenError):
        return ArchiveError(
            f"The archive “{shown}” cannot be opened: look at the rights of its folder."
        )
    if isinstance(error, apsw.IOError):
        return NoRoomError(
            f"The disk failed while chats were kept in “{shown}” ({error}): check the disk."
        )
    return ArchiveError(f"The archive “{shown}” failed ({error}): start the program again.")


def of_disk(error: OSError, path: Path) -> ArchiveError:
    """Tell what a file operation about `path` met."""
    shown = _shown(path)
    if error.errno in _FULL:
        return NoRoomError(f"The disk of “{shown}” is full: free some space to keep your chats.")
    if error.errno in _FORBIDDEN:
        return ReadOnlyArchiveError(
            f"“{shown}” may not be written ({error.strerror}): look at the rights of its folder."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return ArchiveError(
            f"“{shown}” cannot be used ({error.strerror}): move what stands in its place."
        )
    return NoRoomError(f"The disk failed at “{shown}” ({error.strerror}): check the disk.")


def _shown(path: Path) -> str:
    """Give a path as text; a file name need not be text."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
