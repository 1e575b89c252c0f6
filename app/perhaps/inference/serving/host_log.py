"""The log of the engine host: whatever it or its libraries print, bounded in size."""

from __future__ import annotations

import faulthandler
import logging
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOG_BYTES = 2**20


log = logging.getLogger(__name__)


class HostLog:
    """Takes the place of stdout and stderr, down to the file descriptors.

    Where the file cannot be written, the engine still works and its words are lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = _opened(path)
        self.bound()
        os.dup2(self._descriptor, 1)
        os.dup2(self._descriptor, 2)
        # A windowed program on Windows has neither of them.
        sys.stdout = sys.stderr = os.fdopen(2, "a", buffering=1, encoding="utf-8", closefd=False)
        # Of other threads, which go on while it looks, a dump may crash and hide the first cause.
        faulthandler.enable(2, all_threads=False)
        # Where the disk is full, the logging must not complain to the log.
        logging.raiseExceptions = False
        logging.basicConfig(
            level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )

    def bound(self) -> None:
        """Move what was written aside once it is large."""
        if os.fstat(self._descriptor).st_size <= MAX_LOG_BYTES:
            return
        try:
            shutil.copyfile(self._path, self._path.with_suffix(".old.log"))
        except OSError as error:
            log.warning("the older half of the log is lost: %s", error)
        os.ftruncate(self._descriptor, 0)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Appending, so that writers go on at the new end after a truncation.
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        # Whoever started the program in a terminal reads this; there is nowhere else to tell it.
        log.warning("the engine has no log: %s", error)
        return os.open(os.devnull, os.O_WRONLY)
