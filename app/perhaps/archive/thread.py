"""The thread that the archive lives on, so that nobody waits for the disk."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from enum import Enum, auto
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from perhaps.archive.failures import DamagedArchiveError, NoRoomError, UnexpectedError
from perhaps.archive.long_jobs import LongJobs
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from perhaps.archive.steps import Steps

    T = TypeVar("T")
    Job = Callable[[Archive], Any]
    Reply = Callable[[Any], None]

log = logging.getLogger(__name__)

RETRY_SECONDS = 3.0
"""Between two attempts to write what a full disk refused."""
IDLE_SECONDS = 20.0
"""Of quiet, after which backups are made."""
CLOSE_SECONDS = 30.0
"""For the writes that are left; long jobs are given up."""


class Kind(Enum):
    """What a job does to the archive."""

    read = auto()
    write = auto()
    long = auto()


@dataclass(frozen=True)
class Trouble:
    """Why chats are not kept just now; later writes wait in memory where `waiting` is true."""

    sentence: str
    waiting: bool
    opened: bool = True
    """Where this is false, the chats cannot even be read until it is over."""
    passing: bool = False
    """One write failed for good; those after it are kept."""


@dataclass(frozen=True)
class _Wish:
    kind: Kind
    job: Job
    reply: Reply | None = None


class ArchiveThread(threading.Thread):
    """Does jobs in order, long ones beside the others; replies are called on this thread.

    `on_open` gets the archive; where the folder cannot be used, one in memory, after
    `on_trouble` told why. A write that meets a full disk waits, and all later ones behind it,
    until the disk takes it; `on_trouble(None)` tells that it did. So does everything where there
    is no room to open the archive.
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
        self._retry_at = 0.0
        self._long = LongJobs()
        self._refused = False
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._undone: Counter[Kind] = Counter()

    @property
    def unkept(self) -> int:
        """How many writes are not on the disk yet."""
        return self._undone[Kind.write]

    @property
    def working(self) -> int:
        """How many long jobs were asked for and have no reply yet."""
        return self._undone[Kind.long]

    def write(self, job: Job, reply: Reply | None = None) -> None:
        """Have a job done that changes the archive; the reply comes once it is on the disk."""
        self._count(Kind.write, 1)
        self._inbox.put(_Wish(Kind.write, job, reply))

    def read(self, job: Callable[[Archive], T], reply: Callable[[T | ArchiveError], None]) -> None:
        """Have a job done that changes nothing; the reply gets its result or the error."""
        self._inbox.put(_Wish(Kind.read, job, reply))

    def work(
        self, job: Callable[[Archive], Steps[T]], reply: Callable[[T | ArchiveError], None]
    ) -> None:
        """Have a long job done, between whose steps other jobs have their turn."""
        self._count(Kind.long, 1)

        def count_and_reply(result: T | ArchiveError) -> None:
            self._count(Kind.long, -1)
            reply(result)

        self._inbox.put(_Wish(Kind.long, job, count_and_reply))

    def give_up(self) -> None:
        """Leave the long jobs that were asked for undone."""
        self._inbox.put(_Wish(Kind.read, lambda _archive: self._long.give_up()))

    def close(self) -> bool:
        """Do what is left, close the file and end; False where that takes too long."""
        if not self.is_alive():
            return True
        self._ending.set()
        self._inbox.put(None)
        self.join(CLOSE_SECONDS)
        return not self.is_alive()

    def run(self) -> None:
        """Open the archive, then do jobs until the end."""
        archive = self._write_waiting(self._opened())
        open_ = True
        while open_:
            try:
                wish = self._inbox.get(timeout=self._patience())
            except Empty:
                archive = self._go_on(archive)
                continue
            open_ = wish is not None
            if wish is not None:
                archive = self._take(archive, wish)
        self._long.give_up()
        self._close(self._write_waiting(archive))

    def _patience(self) -> float:
        if self._long:
            return 0.0
        return max(0.0, self._retry_at - time.monotonic()) if self._waiting else IDLE_SECONDS

    def _go_on(self, archive: Archive) -> Archive:
        """Do what is to be done while nobody asks for anything."""
        if self._waiting and time.monotonic() >= self._retry_at:
            archive = self._write_waiting(archive)
        if self._long:
            return self._step(archive)
        return archive if self._waiting else self._rest(archive)

    def _step(self, archive: Archive) -> Archive:
        try:
            self._long.step(archive)
        except DamagedArchiveError as error:
            return self._opened_again(archive, error)
        return archive

    def _count(self, kind: Kind, change: int) -> None:
        with self._lock:
            self._undone[kind] += change

    def _opened(self, *, suspect: bool = False) -> Archive:
        archive = self._on_disk_or_in_memory(suspect=suspect)
        self._on_open(archive)
        if not archive.begun:
            # Before everything else, so that its refusal is told, and its end too.
            self._waiting.appendleft(_Wish(Kind.write, Archive.begin))
            self._count(Kind.write, 1)
        return archive

    def _on_disk_or_in_memory(self, *, suspect: bool) -> Archive:
        ending = False
        while True:
            try:
                return Archive(self._folder, suspect=suspect)
            except NoRoomError as error:
                self._refused = True
                self._on_trouble(Trouble(str(error), waiting=True, opened=False))
                if ending:
                    return Archive(None)
                ending = self._ending.wait(RETRY_SECONDS)
            except ArchiveError as error:
                log.info("no archive: %s", error)
                self._on_trouble(Trouble(str(error), waiting=False))
                return Archive(None)

    def _take(self, archive: Archive, wish: _Wish) -> Archive:
        if wish.kind is Kind.read:
            return self._read(archive, wish)
        if wish.kind is Kind.long:
            assert wish.reply is not None
            self._long.add(wish.job, wish.reply)
            return archive
        if archive.read_only:
            self._count(Kind.write, -1)
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
        tried: _Wish | None = None
        while self._waiting:
            first = self._waiting[0]
            try:
                self._do(archive, first)
            except NoRoomError as error:
                self._refused = True
                self._retry_at = time.monotonic() + RETRY_SECONDS
                self._on_trouble(Trouble(str(error), waiting=True))
                return archive
            except ArchiveError as error:
                if isinstance(error, DamagedArchiveError) and tried is not first:
                    tried = first
                    archive = self._opened_again(archive, error)
                    continue
                self._on_trouble(Trouble(str(error), waiting=False, passing=True))
            self._waiting.popleft()
            self._count(Kind.write, -1)
        if self._refused:
            self._refused = False
            self._on_trouble(None)
        return archive

    def _opened_again(self, archive: Archive, error: ArchiveError) -> Archive:
        """Close a file that turned out to be damaged; opening it salvages it."""
        log.info("opened again: %s", error)
        self._long.begin_anew()
        archive.abandon()
        return self._opened(suspect=True)

    def _do(self, archive: Archive, wish: _Wish) -> None:
        try:
            result = wish.job(archive)
        except ArchiveError:
            raise
        except Exception as error:
            # A fault of one job is no reason to lose what others want to keep.
            log.exception("a job of the archive failed")
            raise UnexpectedError(error) from error
        self._reply(wish, result)

    def _reply(self, wish: _Wish, result: object) -> None:
        if wish.reply is not None:
            wish.reply(result)

    def _rest(self, archive: Archive) -> Archive:
        try:
            archive.check_rest()
            if archive.backup_is_due():
                self._long.add(Archive.back_up_in_steps, _note_failure)
            elif archive.tidy_is_due:
                self._long.add(Archive.tidy_in_steps, _note_failure)
        except DamagedArchiveError as error:
            return self._opened_again(archive, error)
        except ArchiveError as error:
            log.info("not looked through: %s", error)
        return archive

    def _close(self, archive: Archive) -> None:
        try:
            archive.close()
        except ArchiveError as error:
            log.info("not closed: %s", error)


def _note_failure(result: object) -> None:
    if isinstance(result, ArchiveError):
        log.info("not done at rest: %s", result)
