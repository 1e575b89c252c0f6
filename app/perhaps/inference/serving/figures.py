"""What the engine does, told a few times a second while it answers."""

from __future__ import annotations

import contextlib
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from perhaps.errors import ModelError
from perhaps.inference.pipe.events import StatisticsTold

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.protocol import Engine
    from perhaps.inference.serving.outbox import Outbox

INTERVAL = 0.25
"""Seconds; a plot that moves faster cannot be read."""


class Figures:
    """Tells statistics from the first open run to the end of the last."""

    def __init__(self, engine: Engine, outbox: Outbox, busy: Callable[[], bool]) -> None:
        self._engine = engine
        self._outbox = outbox
        self._busy = busy
        self._closed = Event()
        self._lock = Lock()
        self._telling = False

    def begin(self) -> None:
        """Tell from now on, as long as runs are open."""
        with self._lock:
            if self._telling:
                return
            self._telling = True
        Thread(target=self._tell_while_busy, name="figures", daemon=True).start()

    def close(self) -> None:
        """Tell nothing more."""
        self._closed.set()

    def _tell_while_busy(self) -> None:
        while not self._closed.wait(INTERVAL):
            with self._lock:
                self._telling = self._busy()
            self._tell()
            if not self._telling:
                return

    def _tell(self) -> None:
        with contextlib.suppress(ModelError):  # it was unloaded meanwhile
            self._outbox.tell(StatisticsTold(self._engine.statistics()))
