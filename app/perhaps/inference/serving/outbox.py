"""The host's way out: one thread sends, so that nothing else waits for the window."""

from __future__ import annotations

import logging
import time
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING

from perhaps.errors import PerhapsError
from perhaps.inference.pipe.events import Event, pack_events
from perhaps.inference.pipe.wire import WireError, encode
from perhaps.inference.protocol import FinishReason, RunEvent, RunFinished, TokenStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

MAX_BATCH = 256
"""Events of a run in one message; bounds its size."""
PACE = 1 / 30
"""Seconds between two messages that bring nothing but further tokens: each message wakes five
threads of both processes, which take time from those that compute, and nobody reads faster."""

log = logging.getLogger(__name__)


class _Batch:
    """Events of one run that wait to be sent together."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.events: list[RunEvent] = []

    def encoded(self) -> bytes:
        try:
            return encode(pack_events(self.run_id, self.events))
        except WireError as error:
            log.exception("run %d cannot be told", self.run_id)
            end = RunFinished(
                FinishReason.failed, error=str(error), error_kind=PerhapsError.__name__
            )
            return encode(pack_events(self.run_id, [end]))


class Outbox:
    """Sends events in order; what a slow window has not taken yet is sent in larger pieces."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[bytes | _Batch] = deque()
        self._open: dict[int, _Batch] = {}
        self._writing: set[int] = set()
        """Runs whose first token was sent."""
        self._hurries = False
        self._paused_until = 0.0
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._send_waiting, name="outbox", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Send an event; raises WireError where it holds what bytes cannot say."""
        data = encode(event)
        with self._changed:
            self._waiting.append(data)
            self._hurries = True
            self._changed.notify()

    def advance(self, run_id: int, events: Sequence[RunEvent]) -> None:
        """Send events of a run, together with those of it that still wait."""
        with self._changed:
            idle = not self._waiting
            for event in events:
                self._batch_of(run_id).events.append(event)
                self._hurries |= self._cannot_wait(run_id, event)
            if idle or self._hurries:
                self._changed.notify()

    def _batch_of(self, run_id: int) -> _Batch:
        """The batch that still takes events of a run."""
        batch = self._open.get(run_id)
        if batch is None or len(batch.events) >= MAX_BATCH:
            batch = self._open[run_id] = _Batch(run_id)
            self._waiting.append(batch)
        return batch

    def close(self) -> None:
        """Send what waits, unless the window is gone, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(1.0)

    def _send_waiting(self) -> None:
        try:
            while (item := self._next()) is not None:
                self._connection.send_bytes(item if isinstance(item, bytes) else item.encoded())
        except OSError:
            log.info("the window is gone")

    def _cannot_wait(self, run_id: int, event: RunEvent) -> bool:
        """Tell whether an event is more than one more token."""
        if not isinstance(event, TokenStep):
            self._writing.discard(run_id)
            return True
        begins = run_id not in self._writing
        self._writing.add(run_id)
        return begins

    def _next(self) -> bytes | _Batch | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            pause = self._paused_until - time.monotonic()
            self._changed.wait_for(lambda: self._hurries or self._closed, max(0.0, pause))
            if not self._waiting:
                return None
            item = self._waiting.popleft()
            if not self._waiting:
                self._hurries = False
                self._paused_until = time.monotonic() + PACE
            if isinstance(item, _Batch) and self._open.get(item.run_id) is item:
                del self._open[item.run_id]
            return item
