"""The thread that the archive lives on, so that nobody waits for the disk."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from perhaps.archive.failures import DamagedArchiveError, NoRoomError
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    T = TypeVar("T")
    Job = Callable[[Archive], Any]
    Reply = Callable[[Any], None]

log = logging.getLogger(__name__)

RETRY_SECONDS = 3.0
"""Between two attempts to write what a full disk refused."""
IDLE_SECONDS = 20.0
"""Of quiet, after which backups are made."""
CLOSE_SECONDS = 5.0


@dataclass(frozen=True)
class Trouble:
    """Why chats are not kept just now; later writes wait in memory where `waiting` is true."""

    sentence: str
    waiting: bool


@dataclass(frozen=True)
class _Wish:
    job: Job
    reply: Reply | None
    writes: bool


class ArchiveThread(threading.Thread):
    """Does jobs in order; replies and reports are called on this thread.

    `on_open` gets the archive; where the folder cannot be used, one in memory, after
    `on_trouble` told why. A write that meets a full disk waits, and all later ones behind it,
    until the disk takes it; `on_trouble(None)` tells that it did.
    """

    def __init__(
        self,
        folder: Path | None,
        on_open: Callable[[Archive], None],
        on_trouble: Callable[[Trouble | None], None],
    ) -> None:
        super().__init__(name="archive", daemon=True)
        self._folder = folder
        self._on_open = on_open
        self._on_trouble = on_trouble
        self._inbox: SimpleQueue[_Wish | None] = SimpleQueue()
        self._waiting: deque[_Wish] = deque()
        self._refused = False

    def write(self, job: Job, reply: Reply | None = None) -> None:
        """Have a job done that changes the archive; the reply comes once it is on the disk."""
        self._inbox.put(_Wish(job, reply, writes=True))

    def read(self, job: Callable[[Archive], T], reply: Callable[[T | ArchiveError], None]) -> None:
        """Have a job done that changes nothing; the reply gets its result or the error."""
        self._inbox.put(_Wish(job, reply, writes=False))

    def close(self) -> bool:
        """Do what is left, close the file and end; False where that takes too long."""
        if not self.is_alive():
            return True
        self._inbox.put(None)
        self.join(CLOSE_SECONDS)
        return not self.is_alive()

    def run(self) -> None:
        """Open the archive, then do jobs until the end."""
        archive = self._opened()
        open_ = True
        while open_:
            try:
                wish = self._inbox.get(timeout=RETRY_SECONDS if self._waiting else IDLE_SECONDS)
            except Empty:
                archive = self._rest(archive)
                continue
            open_ = wish is not None
            if wish is not None:
                archive = self._take(archive, wish)
        self._close(self._write_waiting(archive))

    def _opened(self, *, suspect: bool = False) -> Archive:
        archive = self._on_disk_or_in_memory(suspect=suspect)
        self._on_open(archive)
        return archive

    def _on_disk_or_in_memory(self, *, suspect: bool) -> Archive:
        try:
            return Archive(self._folder, suspect=suspect)
        except ArchiveError as error:
            log.info("no archive: %s", error)
            self._on_trouble(Trouble(str(error), waiting=False))
            return Archive(None)

    def _take(self, archive: Archive, wish: _Wish) -> Archive:
        if not wish.writes:
            return self._read(archive, wish)
        if archive.read_only:
            return archive
        self._waiting.append(wish)
        # While the disk refuses, each new write is one more attempt for the oldest.
        return self._write_waiting(archive)

    def _read(self, archive: Archive, wish: _Wish) -> Archive:
        try:
            self._do(archive, wish)
        except DamagedArchiveError as error:
            archive = self._opened_again(archive, error)
            self._read_once_more(archive, wish)
        except ArchiveError as error:
            self._reply(wish, error)
        return archive

    def _read_once_more(self, archive: Archive, wish: _Wish) -> None:
        try:
            self._do(archive, wish)
        except ArchiveError as error:
            self._reply(wish, error)

    def _write_waiting(self, archive: Archive) -> Archive:
        while self._waiting:
            try:
                self._do(archive, self._waiting[0])
            except NoRoomError as error:
                self._refused = True
                self._on_trouble(Trouble(str(error), waiting=True))
                return archive
            except DamagedArchiveError as error:
                archive = self._opened_again(archive, error)
                self._write_once_more(archive, self._waiting[0])
            except ArchiveError as error:
                self._on_trouble(Trouble(str(error), waiting=False))
            self._waiting.popleft()
        if self._refused:
            self._refused = False
            self._on_trouble(None)
        return archive

    def _opened_again(self, archive: Archive, error: ArchiveError) -> Archive:
        """Close a file that turned out to be damaged; opening it salvages it."""
        log.info("opened again: %s", error)
        archive.abandon()
        return self._opened(suspect=True)

    def _write_once_more(self, archive: Archive, wish: _Wish) -> None:
        try:
            self._do(archive, wish)
        except ArchiveError as error:
            self._on_trouble(Trouble(str(error), waiting=False))

    def _do(self, archive: Archive, wish: _Wish) -> None:
        try:
            self._reply(wish, wish.job(archive))
        except ArchiveError:
            raise
        except Exception:
            # A fault of one job is no reason to lose what others want to keep.
            log.exception("a job of the archive failed")

    def _reply(self, wish: _Wish, result: object) -> None:
        if wish.reply is not None:
            wish.reply(result)

    def _rest(self, archive: Archive) -> Archive:
        if self._waiting:
            return self._write_waiting(archive)
        try:
            archive.check_rest()
            archive.back_up_if_due()
            archive.tidy_if_due()
        except DamagedArchiveError as error:
            return self._opened_again(archive, error)
        except ArchiveError as error:
            log.info("no backup: %s", error)
        return archive

    def _close(self, archive: Archive) -> None:
        try:
            archive.close()
        except ArchiveError as error:
            log.info("not closed: %s", error)
