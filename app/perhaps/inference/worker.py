"""The thread between window and engine host: wishes go in by methods, facts come out by signals."""

from __future__ import annotations

import itertools
import logging
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from perhaps.errors import EngineLostError
from perhaps.inference.client import spawn_engine, spawn_engine_without_gpu
from perhaps.inference.protocol import Failure
from perhaps.inference.supervision.reports import Deadlines, Reports
from perhaps.inference.supervision.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.client import EngineClient, HostLost, Spawn
    from perhaps.inference.pipe.events import AnyEvent
    from perhaps.inference.protocol import LoadOptions, ModelPair, Request, Tile

log = logging.getLogger(__name__)

CLOSE_MS = 5000
"""More than a host takes at most that neither obeys nor dies at once."""


class EngineWorker(QThread):
    """Owns the engine host; every method returns at once and may be called before `start`.

    Methods are called from the thread that made the worker. A run's last
    tuple ends with its `RunFinished`, whatever happens to the host; after
    `host_lost` no model is loaded until `model_loaded`.
    """

    host_started = Signal()
    host_lost = Signal(object)  # Failure
    load_progressed = Signal(object)  # LoadProgress
    model_loaded = Signal(object)  # ModelInfo
    load_failed = Signal(object)  # Failure
    model_unloaded = Signal()
    pair_checked = Signal(object)  # PairReport
    picture_read = Signal(int, object)  # ticket, Picture
    picture_refused = Signal(int, object)  # ticket, Failure
    run_advanced = Signal(int, object)  # run id, RunEvents; tokens at most 60 times a second
    statistics_told = Signal(object)  # Statistics; a few a second while runs are open
    scored = Signal(int, object)  # run id, tuple of AnswerScores
    tile_scored = Signal(int, object)  # run id, TileScore
    score_failed = Signal(int, object)  # run id, Failure; of answers or tiles
    devices_listed = Signal(object)  # tuple of DeviceInfos

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        spawn: Spawn = spawn_engine,
        spawn_without_gpu: Spawn | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        """Take how to start a host, and how without GPUs where the first one dies at once."""
        super().__init__(parent)
        if spawn is spawn_engine:
            spawn_without_gpu = spawn_engine_without_gpu
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._numbers = itertools.count(1)
        self._supervisor = Supervisor(
            spawn,
            self._receive_later,
            self._reports(),
            deadlines or Deadlines(),
            spawn_without_gpu=spawn_without_gpu,
        )

    @property
    def host_pid(self) -> int | None:
        """The process id of the engine host, while there is one."""
        return self._supervisor.pid

    def load(self, pair: ModelPair, options: LoadOptions) -> None:
        """Load a pair in place of the present one, or of one that is being loaded."""
        self._inbox.put(lambda: self._supervisor.load(pair, options))

    def cancel_load(self) -> None:
        """Stop the loading; `load_failed` follows."""
        self._inbox.put(self._supervisor.cancel_load)

    def unload(self) -> None:
        """Stop what runs and give the model's memory back."""
        self._inbox.put(self._supervisor.unload)

    def check(self, pair: ModelPair, options: LoadOptions) -> None:
        """Have a pair judged by its metadata."""
        self._inbox.put(lambda: self._supervisor.errands.check(pair, options))

    def read_picture(self, source: str | bytes) -> int:
        """Have a picture decoded, from a path or its bytes; returns the ticket of the reply."""
        ticket = next(self._numbers)
        self._inbox.put(lambda: self._supervisor.errands.read_picture(ticket, source))
        return ticket

    def generate(self, request: Request) -> int:
        """Begin an answer; returns the id of its run."""
        run_id = next(self._numbers)
        self._inbox.put(lambda: self._supervisor.generate(run_id, request))
        return run_id

    def score(self, request: Request, answers: tuple[str, ...]) -> int:
        """Begin to tell how likely answers are; returns the id of the run."""
        run_id = next(self._numbers)
        self._inbox.put(lambda: self._supervisor.score(run_id, request, answers))
        return run_id

    def cover(self, request: Request, picture: str, tiles: tuple[Tile | None, ...]) -> int:
        """Begin to score the forced answer with each tile covered; returns the id of the run."""
        run_id = next(self._numbers)
        self._inbox.put(lambda: self._supervisor.cover(run_id, request, picture, tiles))
        return run_id

    def stop(self, run_id: int) -> None:
        """End an answer, whose words stay, or a scoring."""
        self._inbox.put(lambda: self._supervisor.stop(run_id))

    def list_devices(self) -> None:
        """Have the devices of this machine listed."""
        self._inbox.put(self._supervisor.errands.list_devices)

    def close(self) -> None:
        """End every run, the host and this thread, and wait for that."""
        self._inbox.put(None)
        if self.isRunning() and not self.wait(CLOSE_MS):
            log.error("the engine worker did not end within %d ms", CLOSE_MS)

    def run(self) -> None:
        """Drive the supervisor until `close`."""
        try:
            self._supervisor.start()
            while self._step():
                self._supervisor.timers.run_due()
        except Exception:
            log.exception("the engine worker failed")
            sentence = "The connection to the engine failed; start the program again."
            self.host_lost.emit(Failure(EngineLostError.__name__, sentence))
        finally:
            self._supervisor.close()

    def _step(self) -> bool:
        try:
            action = self._inbox.get(timeout=self._supervisor.timers.remaining())
        except Empty:
            return True
        if action is None:
            return False
        action()
        return True

    def _receive_later(self, client: EngineClient, event: AnyEvent | HostLost) -> None:
        self._inbox.put(lambda: self._supervisor.receive(client, event))

    def _reports(self) -> Reports:
        return Reports(
            host_started=self.host_started.emit,
            host_lost=self.host_lost.emit,
            load_progressed=self.load_progressed.emit,
            model_loaded=self.model_loaded.emit,
            load_failed=self.load_failed.emit,
            model_unloaded=self.model_unloaded.emit,
            pair_checked=self.pair_checked.emit,
            picture_read=self.picture_read.emit,
            picture_refused=self.picture_refused.emit,
            run_advanced=self.run_advanced.emit,
            statistics_told=self.statistics_told.emit,
            scored=self.scored.emit,
            tile_scored=self.tile_scored.emit,
            score_failed=self.score_failed.emit,
            devices_listed=self.devices_listed.emit,
        )
