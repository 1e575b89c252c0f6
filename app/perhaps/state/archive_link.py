"""The archive as seen from the GUI thread: every call returns at once, replies come back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from perhaps.archive.steps import finish
from perhaps.archive.store import Archive
from perhaps.archive.thread import ArchiveThread, Trouble
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import SignalInstance

    from perhaps.archive.steps import Steps

    T = TypeVar("T")
    Job = Callable[[Archive], Any]


class ArchiveLink(Protocol):
    """Where chats are kept. Jobs run in order, elsewhere; replies run on the GUI thread."""

    @property
    def opened(self) -> SignalInstance:
        """`(Archive)`: it is open, or was opened anew after damage; use it in jobs only."""

    @property
    def trouble_changed(self) -> SignalInstance:
        """`(Trouble | None)`: chats are not kept just now, or are again."""

    def write(self, job: Job, reply: Callable[[Any], None] | None = None) -> None:
        """Have a job change the archive; the reply tells that it is on the disk."""

    def read(self, job: Callable[[Archive], T], reply: Callable[[T | ArchiveError], None]) -> None:
        """Have a job look something up; the reply gets its result or an ArchiveError."""

    def work(
        self, job: Callable[[Archive], Steps[T]], reply: Callable[[T | ArchiveError], None]
    ) -> None:
        """Have a long job done in steps, between which others have their turn; see `read`."""

    @property
    def unkept(self) -> int:
        """How many writes are not on the disk yet."""

    @property
    def working(self) -> int:
        """How many long jobs are not done yet."""

    def give_up(self) -> None:
        """Leave the long jobs undone; their replies get an ArchiveError."""


class ArchiveWorker(QObject):
    """The archive in a folder, on a thread of its own."""

    opened = Signal(object)
    trouble_changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ArchiveThread(folder, self.opened.emit, self.trouble_changed.emit)
        self._arrived.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Open the archive; `opened` follows."""
        self._thread.start()

    def write(self, job: Job, reply: Callable[[Any], None] | None = None) -> None:
        """See `ArchiveLink`."""
        self._thread.write(job, self._sender(reply) if reply else None)

    def read(self, job: Callable[[Archive], T], reply: Callable[[T | ArchiveError], None]) -> None:
        """See `ArchiveLink`."""
        self._thread.read(job, self._sender(reply))

    def work(
        self, job: Callable[[Archive], Steps[T]], reply: Callable[[T | ArchiveError], None]
    ) -> None:
        """See `ArchiveLink`."""
        self._thread.work(job, self._sender(reply))

    @property
    def unkept(self) -> int:
        """See `ArchiveLink`."""
        return self._thread.unkept

    @property
    def working(self) -> int:
        """See `ArchiveLink`."""
        return self._thread.working

    def give_up(self) -> None:
        """See `ArchiveLink`."""
        self._thread.give_up()

    def close(self) -> bool:
        """Write what is left and end; False where the disk does not take it in time."""
        return self._thread.close()

    @Slot(object)
    def _call(self, arrived: Callable[[], None]) -> None:
        arrived()

    def _sender(self, reply: Callable[[Any], None]) -> Callable[[Any], None]:
        return lambda result: self._arrived.emit(lambda: reply(result))


class DirectArchive(QObject):
    """An archive in memory that does each job at once; for a window that keeps nothing."""

    opened = Signal(object)
    trouble_changed = Signal(object)

    def __init__(self, archive: Archive | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.archive = archive or Archive(None)

    def write(self, job: Job, reply: Callable[[Any], None] | None = None) -> None:
        """See `ArchiveLink`."""
        try:
            result = job(self.archive)
        except ArchiveError as error:
            self.trouble_changed.emit(Trouble(str(error), waiting=False))
            return
        if reply is not None:
            reply(result)

    def read(self, job: Callable[[Archive], T], reply: Callable[[T | ArchiveError], None]) -> None:
        """See `ArchiveLink`."""
        try:
            reply(job(self.archive))
        except ArchiveError as error:
            reply(error)

    def work(
        self, job: Callable[[Archive], Steps[T]], reply: Callable[[T | ArchiveError], None]
    ) -> None:
        """See `ArchiveLink`."""
        self.read(lambda archive: finish(job(archive)), reply)

    @property
    def unkept(self) -> int:
        """Nothing, as each job is done at once."""
        return 0

    @property
    def working(self) -> int:
        """Nothing, likewise."""
        return 0

    def give_up(self) -> None:
        """There is nothing to give up."""
