"""A stop that may come before the work that it ends."""

from __future__ import annotations

from threading import Lock
from typing import Protocol


class Stoppable(Protocol):
    """Work that can be asked to end, from any thread."""

    def stop(self) -> None:
        """Ask it to end; returns at once."""


class StopRelay:
    """Passes a stop on, at once or as soon as there is something to stop."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._work: Stoppable | None = None
        self._stopped = False

    def stop(self) -> None:
        """Ask the work to end, even before it has begun."""
        with self._lock:
            self._stopped = True
            if self._work is not None:
                self._work.stop()

    def begun(self, work: Stoppable) -> None:
        """Take the work that has begun."""
        with self._lock:
            self._work = work
            if self._stopped:
                work.stop()
