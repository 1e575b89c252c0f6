"""Files that may not be read, and folders that take none, for root as well."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@contextlib.contextmanager
def unreadable(name: str, content: bytes) -> Iterator[Path]:
    """Give a file that whoever reads it within this block may see, but not open."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # tmp_path is closed to everybody else
    path = folder / name
    path.write_bytes(content)
    path.chmod(0)
    try:
        with without_privileges():
            yield path
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def read_only() -> Iterator[Path]:
    """Give a folder in which only root can make files."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    try:
        yield folder
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Be nobody for a while, where we are root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
