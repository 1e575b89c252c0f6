"""Given answers on their way from the engine to the outbox, as scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.inference.pipe import events
from perhaps.inference.serving.failure import failure_of
from perhaps.inference.serving.stop_relay import StopRelay

if TYPE_CHECKING:
    from perhaps.inference.protocol import Engine, Request
    from perhaps.inference.serving.outbox import Outbox


class ScoreJob:
    """Begins a scoring and tells its one outcome, whatever the engine does."""

    def __init__(
        self,
        run_id: int,
        request: Request,
        answers: tuple[str, ...],
        engine: Engine,
        outbox: Outbox,
    ) -> None:
        self.run_id = run_id
        self._request = request
        self._answers = answers
        self._engine = engine
        self._outbox = outbox
        self._relay = StopRelay()

    def stop(self) -> None:
        """Ask the scoring to end, even before it has begun."""
        self._relay.stop()

    def run(self) -> None:
        """Wait for the scores; the thread of the job."""
        try:
            scoring = self._engine.score(self._request, self._answers)
            self._relay.begun(scoring)
            self._outbox.tell(events.Scored(self.run_id, tuple(scoring)))
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            self._outbox.tell(events.ScoreFailed(self.run_id, failure_of(error)))
