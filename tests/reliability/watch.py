"""A worker with the real engine in its child process, and when it said what."""

from __future__ import annotations

import faulthandler
import sys
import time
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt

from perhaps.inference.client import spawn_engine
from perhaps.inference.protocol import LoadOptions, RunFinished, TokenStep
from perhaps.inference.worker import EngineWorker
from tests.helpers.worker_desk import SIGNALS
from tests.reliability.processes import is_running

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.client import Spawn
    from perhaps.inference.protocol import ModelInfo, ModelPair, Request, RunEvent
    from perhaps.inference.supervision.reports import Deadlines

    T = TypeVar("T")

LONGEST_WAIT = 20.0
"""Seconds after which whatever we wait for counts as a deadlock."""


class PromiseBrokenError(AssertionError):
    """What the design promises did not happen."""


@dataclass(frozen=True)
class Heard:
    """A signal, and when it came by `time.monotonic`."""

    name: str
    arguments: tuple[Any, ...]
    at: float


class Watch:
    """Hears the worker in its own thread, so that times hold no event loop of ours."""

    def __init__(
        self,
        spawn: Spawn = spawn_engine,
        deadlines: Deadlines | None = None,
        *,
        wait_for_host: bool = True,
    ) -> None:
        self.worker = EngineWorker(spawn=spawn, deadlines=deadlines)
        self.hosts: set[int] = set()
        self.heard: list[Heard] = []
        self._changed = Condition()
        for name in SIGNALS:
            signal = getattr(self.worker, name)
            signal.connect(self._note(name), Qt.ConnectionType.DirectConnection)
        self.worker.start()
        if wait_for_host:
            self.wait_for("host_started")

    def _note(self, name: str) -> Callable[..., None]:
        def note(*arguments: Any) -> None:
            with self._changed:
                if name == "host_started":
                    self.hosts.add(self.worker.host_pid)
                self.heard.append(Heard(name, arguments, time.monotonic()))
                self._changed.notify_all()

        return note

    def mark(self) -> int:
        """How much was heard until now; `since` of the other methods."""
        with self._changed:
            return len(self.heard)

    def first(self, name: str, since: int = 0) -> Heard | None:
        with self._changed:
            return next((heard for heard in self.heard[since:] if heard.name == name), None)

    def index(self, name: str, since: int = 0) -> int:
        """Where such a signal was heard."""
        with self._changed:
            return next(i for i in range(since, len(self.heard)) if self.heard[i].name == name)

    def wait_until(self, found: Callable[[], T | None], what: str, seconds: float) -> T:
        """Wait for a condition; the stacks of all threads are printed where it stays away."""
        with self._changed:
            if not self._changed.wait_for(found, seconds):
                faulthandler.dump_traceback(sys.__stderr__)
                heard = ", ".join(each.name for each in self.heard[-8:])
                raise PromiseBrokenError(f"no {what} within {seconds:g} s; heard … {heard}")
            return found()

    def wait_for(self, name: str, since: int = 0, seconds: float = LONGEST_WAIT) -> Heard:
        return self.wait_until(lambda: self.first(name, since), name, seconds)

    def wait_for_any(
        self, names: tuple[str, ...], since: int = 0, seconds: float = LONGEST_WAIT
    ) -> Heard:
        def found() -> Heard | None:
            return next((heard for heard in self.heard[since:] if heard.name in names), None)

        return self.wait_until(found, " or ".join(names), seconds)

    def load(self, pair: ModelPair, options: LoadOptions | None = None) -> ModelInfo:
        since = self.mark()
        self.worker.load(pair, options or LoadOptions())
        return self.wait_for("model_loaded", since).arguments[0]

    def events(self, run_id: int) -> list[RunEvent]:
        with self._changed:
            return [
                event
                for heard in self.heard
                if heard.name == "run_advanced" and heard.arguments[0] == run_id
                for event in heard.arguments[1]
            ]

    def tokens(self, run_id: int) -> list[TokenStep]:
        return [event for event in self.events(run_id) if isinstance(event, TokenStep)]

    def wait_for_tokens(self, run_id: int, count: int) -> None:
        enough = f"{count} tokens of run {run_id}"
        self.wait_until(lambda: len(self.tokens(run_id)) >= count or None, enough, LONGEST_WAIT)

    def wait_for_event(
        self,
        run_id: int,
        matches: Callable[[RunEvent], bool],
        seconds: float = LONGEST_WAIT,
    ) -> tuple[RunEvent, float]:
        """Wait for an event of a run that matches; gives it and when it was told."""

        def found() -> tuple[RunEvent, float] | None:
            for heard in self.heard:
                if heard.name == "run_advanced" and heard.arguments[0] == run_id:
                    for event in heard.arguments[1]:
                        if matches(event):
                            return event, heard.at
            return None

        return self.wait_until(found, f"such event of run {run_id}", seconds)

    def end_of(self, run_id: int, seconds: float = LONGEST_WAIT) -> tuple[RunFinished, float]:
        return self.wait_for_event(run_id, lambda e: isinstance(e, RunFinished), seconds)

    def answer(self, request: Request, seconds: float = LONGEST_WAIT) -> list[int]:
        """Ask, and give the token ids of the whole answer."""
        run_id = self.worker.generate(request)
        end, _ = self.end_of(run_id, seconds)
        if end.error:
            raise PromiseBrokenError(f"an answer failed: {end.error}")
        return [token.id for token in self.tokens(run_id)]

    def close(self) -> None:
        """End the worker, and see to it that none of its hosts is left."""
        self.worker.close()
        for name in SIGNALS:
            # Each holds us, and we hold the worker: nobody would ever be collected.
            getattr(self.worker, name).disconnect()
        if not self.worker.isFinished():
            raise PromiseBrokenError("the worker did not end")
        if left := {pid for pid in self.hosts if is_running(pid)}:
            raise PromiseBrokenError(f"hosts are left: {left}")
