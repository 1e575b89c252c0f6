"""Stage 1: the bytes of a picture, bounded, with a name that is safe to show."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from perhaps.errors import ImageError

MAX_FILE_BYTES = 50_000_000
_MAX_NAME_LENGTH = 60
# Control, format (which can reverse the reading direction), lone surrogate, unassigned.
_INVISIBLE = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class EncodedPicture:
    """An undecoded picture."""

    name: str
    """For messages: bounded, without control characters."""
    data: bytes


def read_source(source: str | Path | bytes, name: str | None = None) -> EncodedPicture:
    """Return the bytes of a path, or these bytes, within the limits."""
    if isinstance(source, bytes):
        shown = shown_name(name or "picture")
        return EncodedPicture(shown, _checked(source, shown))
    shown = shown_name(name or os.path.basename(source) or str(source))  # noqa: PTH119
    return EncodedPicture(shown, _checked(_read(source, shown), shown))


def shown_name(name: str) -> str:
    """Make a file name safe to print: bounded, whatever is invisible escaped."""
    visible = "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _INVISIBLE
        else character
        for character in name[: 2 * _MAX_NAME_LENGTH]
    )
    if len(visible) <= _MAX_NAME_LENGTH:
        return visible
    # The end is kept for its extension.
    return f"{visible[: _MAX_NAME_LENGTH - 13]}…{visible[-12:]}"


def _read(path: str | Path, shown: str) -> bytes:
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            _check_status(os.fstat(file.fileno()), shown)
            return file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise ImageError(f"“{shown}” is not there any more: choose it again.") from error
    except IsADirectoryError as error:
        raise ImageError(_FOLDER.format(shown)) from error
    except PermissionError as error:
        if Path(path).is_dir():  # what Windows says when a folder is opened
            raise ImageError(_FOLDER.format(shown)) from error
        message = f"“{shown}” may not be read: allow it in the file's properties, or copy the file."
        raise ImageError(message) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its path is not valid"
        message = f"“{shown}” cannot be read ({reason}): copy it to another place and try again."
        raise ImageError(message) from error


_FOLDER = "“{}” is a folder: choose a picture in it."


def _open_without_waiting(path: str, flags: int) -> int:
    """Open even a pipe at once, so that it can be refused instead of waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_status(status: os.stat_result, shown: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ImageError(_FOLDER.format(shown))
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(f"“{shown}” is a device or a pipe, not a file: save the picture first.")
    _check_size(status.st_size, shown)


def _checked(data: bytes, shown: str) -> bytes:
    if not data:
        raise ImageError(f"“{shown}” is empty: choose another picture.")
    _check_size(len(data), shown)
    return data


def _check_size(size: int, shown: str) -> None:
    if size > MAX_FILE_BYTES:
        raise ImageError(
            f"“{shown}” has {size / 1e6:.0f} MB and the limit is {MAX_FILE_BYTES / 1e6:.0f} MB:"
            " save it smaller."
        )
