"""Reading the metadata of a GGUF file that is not trusted; tensor data is never read."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from perhaps.errors import ModelError
from perhaps.library.file_names import file_name
from perhaps.library.gguf_cursor import GgufCursor
from perhaps.library.gguf_parser import GgufParser

if TYPE_CHECKING:
    from pathlib import Path

    from perhaps.library.gguf_metadata import GgufFile


def read_gguf(path: Path) -> GgufFile:
    """Read the metadata of a file; raises ModelError with one sentence that names it."""
    name = file_name(path)
    try:
        size = _regular_size(path, name)
        with path.open("rb") as file:
            return GgufParser(GgufCursor(file, size, name)).parse(path)
    except FileNotFoundError:
        raise ModelError(f"{name} is missing: there is no such file in its folder.") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ModelError(f"{name} cannot be read: {reason}.") from error


def _regular_size(path: Path, name: str) -> int:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ModelError(f"{name} is a folder; choose the .gguf file in it.")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise ModelError(f"{name} is not an ordinary file; choose a .gguf file.")
    if status.st_size == 0:
        raise ModelError(f"{name} is empty; download it again.")
    return status.st_size
