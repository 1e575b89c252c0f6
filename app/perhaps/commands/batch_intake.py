"""Takes in the lines of a batch while results are given out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import TYPE_CHECKING, Any

from perhaps.inference.protocol import Failure, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

AT_ONCE = 16
"""Lines that are answered at the same time."""


@dataclass(frozen=True)
class BegunLine:
    """A line whose answer is on its way, or why there is none."""

    head: dict[str, Any]
    """What its result begins with."""
    question: str
    outcome: Run | Failure


class Intake:
    """Begins lines in a thread of its own: who waits for a line holds up no result."""

    def __init__(self, lines: Iterable[bytes], begin: Callable[[int, bytes], BegunLine]) -> None:
        self._lines = lines
        self._begin = begin
        # Its put() may be called from a handler of signals amid a get().
        self._begun: SimpleQueue[BegunLine | Exception | None] = SimpleQueue()
        self._runs: deque[Run] = deque(maxlen=AT_ONCE)
        self._room = Semaphore(AT_ONCE)
        self._beginning = Lock()
        self.stopped = False
        Thread(target=self._read, name="batch reader", daemon=True).start()

    def __iter__(self) -> Iterator[BegunLine]:
        """Give the lines in order; raises what kept the next ones from being read."""
        while (begun := self._begun.get()) is not None:
            if isinstance(begun, Exception):
                raise begun
            yield begun
            self._room.release()

    def stop(self) -> None:
        """Begin nothing more, and ask what was begun to end; returns at once."""
        self.stopped = True
        for run in list(self._runs):
            run.stop()
        self._begun.put(None)

    def close(self) -> None:
        """Stop, and wait until the thread is out of the engine; it may still wait for a line."""
        self.stop()
        self._room.release()
        with self._beginning:
            pass

    def _read(self) -> None:
        try:
            for number, line in enumerate(self._lines, 1):
                if line.strip():
                    self._room.acquire()
                    self._take(number, line)
                if self.stopped:
                    return
            self._begun.put(None)
        except Exception as error:  # noqa: BLE001 - raised in the thread of whoever iterates
            self._begun.put(error)

    def _take(self, number: int, line: bytes) -> None:
        with self._beginning:
            if self.stopped:
                return
            begun = self._begin(number, line)
            if not isinstance(begun.outcome, Failure):
                self._runs.append(begun.outcome)
                if self.stopped:
                    begun.outcome.stop()
        self._begun.put(begun)
