"""What is left of a program that crashed, kept for the person to read and pass on."""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from typing import IO, TYPE_CHECKING

from perhaps import __version__

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MARK = "running"
WINDOW_LOG = "window.log"
FAULTS = "faults.log"
MOST_LOG_BYTES = 2**18
MOST_REPORTS = 10
TAIL_BYTES = 12_000
"""Of each log, in a report."""


class CrashReports:
    """Watches over one run of the window, and tells how the run before ended.

    Where the folder cannot be written, nothing is kept and nothing fails.
    """

    def __init__(self, folder: Path, engine_log: Path) -> None:
        self._folder = folder
        self._engine_log = engine_log
        self._faults: IO[str] | None = None
        self._enabled_before = False
        self._handler: logging.Handler | None = None

    def begin(self) -> str:
        """Begin to watch; gives the report on the run before where that one crashed."""
        report = ""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (self._folder / MARK).exists():
                report = self._report("The window ended without closing.")
            self._watch()
        except OSError as error:
            log.info("no crash reports: %s", error)
        return report

    def end(self, *, closed: bool = True) -> None:
        """Stop to watch; note that the window closed as it should, where it did."""
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            if self._enabled_before and sys.__stderr__ is not None:
                faulthandler.enable(sys.__stderr__)
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
        if not closed:
            return
        with suppress(OSError):
            (self._folder / MARK).unlink(missing_ok=True)

    def note_engine_lost(self, sentence: str) -> str:
        """Keep what the engine wrote before it was lost; gives the report."""
        return self._report(sentence)

    def _watch(self) -> None:
        (self._folder / MARK).write_text(f"{__version__}\n")
        # A file of its own, as a crash may hit in the middle of a line of the log.
        self._faults = (self._folder / FAULTS).open("w", encoding="utf-8")
        self._enabled_before = faulthandler.is_enabled()
        # Of other threads, which go on while it looks, a dump may crash and hide the first cause.
        faulthandler.enable(self._faults, all_threads=False)
        self._handler = RotatingFileHandler(
            self._folder / WINDOW_LOG,
            maxBytes=MOST_LOG_BYTES,
            backupCount=1,
            encoding="utf-8",
            errors="backslashreplace",
        )
        self._handler.setFormatter(logging.Formatter(LOG_FORMAT))
        logging.getLogger().addHandler(self._handler)

    def _report(self, sentence: str) -> str:
        parts = [
            f"Perhaps {__version__}, {platform.platform()}, Python {platform.python_version()}",
            sentence,
            *self._section("Where it crashed", self._folder / FAULTS),
            *self._section("The log of the window", self._folder / WINDOW_LOG),
            *self._section("The log of the engine", self._engine_log),
        ]
        report = "\n".join(parts) + "\n"
        try:
            path = self._free_name()
            path.write_text(report, encoding="utf-8", errors="backslashreplace")
            self._thin(path)
        except OSError as error:
            log.info("a crash report is not kept: %s", error)
        return report

    def _free_name(self) -> Path:
        name = time.strftime("report-%Y%m%d-%H%M%S")
        path, number = self._folder / f"{name}.txt", 2
        while path.exists():
            path, number = self._folder / f"{name}-{number}.txt", number + 1
        return path

    def _section(self, title: str, path: Path) -> list[str]:
        text = _tail(path)
        return ["", f"--- {title} ({path.name})", text] if text else []

    def _thin(self, fresh: Path) -> None:
        """Drop the oldest; the clock may have been ahead when others were written."""
        others = sorted(path for path in self._folder.glob("report-*.txt") if path != fresh)
        for path in others[: 1 - MOST_REPORTS]:
            path.unlink(missing_ok=True)


def _tail(path: Path) -> str:
    """Give the end of a log, from the beginning of a line."""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    cut = data[-TAIL_BYTES:]
    if len(data) > len(cut):
        cut = cut.partition(b"\n")[2]
    return cut.decode(sys.getfilesystemencoding(), "backslashreplace").strip()
