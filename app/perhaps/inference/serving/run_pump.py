"""One run on its way from the engine to the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.errors import PerhapsError
from perhaps.inference.protocol import FinishReason, RunFinished
from perhaps.inference.serving.failure import failure_of
from perhaps.inference.serving.outbox import PACE
from perhaps.inference.serving.stop_relay import StopRelay

if TYPE_CHECKING:
    from perhaps.inference.protocol import Engine, Request, Run
    from perhaps.inference.serving.outbox import Outbox


class RunPump:
    """Begins a run, moves its events, and ends it properly, whatever the engine does."""

    def __init__(self, run_id: int, request: Request, engine: Engine, outbox: Outbox) -> None:
        self.run_id = run_id
        self._request = request
        self._engine = engine
        self._outbox = outbox
        self._relay = StopRelay()

    def stop(self) -> None:
        """Ask the run to end, even before it has begun."""
        self._relay.stop()

    def run(self) -> None:
        """Move events until the run has ended; the thread of the run."""
        try:
            for events in self._begin().in_batches(PACE):
                self._outbox.advance(self.run_id, events)
                if isinstance(events[-1], RunFinished):
                    return
            raise PerhapsError("The engine ended the answer without saying why; ask again.")
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            failure = failure_of(error)
            end = RunFinished(FinishReason.failed, error=failure.message, error_kind=failure.kind)
            self._outbox.advance(self.run_id, [end])

    def _begin(self) -> Run:
        run = self._engine.generate(self._request)
        self._relay.begun(run)
        return run
