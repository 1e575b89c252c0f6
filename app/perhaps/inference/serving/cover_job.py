"""Covered pictures on their way from the engine to the outbox, as scores of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.inference.pipe import events
from perhaps.inference.serving.failure import failure_of
from perhaps.inference.serving.stop_relay import StopRelay

if TYPE_CHECKING:
    from perhaps.inference.protocol import Engine, Request, Tile
    from perhaps.inference.serving.outbox import Outbox


class CoverJob:
    """Begins a covering and tells each score, then the last one or why there are no more."""

    def __init__(
        self,
        run_id: int,
        request: Request,
        picture: str,
        tiles: tuple[Tile | None, ...],
        engine: Engine,
        outbox: Outbox,
    ) -> None:
        self.run_id = run_id
        self._request = request
        self._picture = picture
        self._tiles = tiles
        self._engine = engine
        self._outbox = outbox
        self._relay = StopRelay()

    def stop(self) -> None:
        """Ask the covering to end, even before it has begun."""
        self._relay.stop()

    def run(self) -> None:
        """Wait for the scores; the thread of the job."""
        try:
            covering = self._engine.cover(self._request, self._picture, self._tiles)
            self._relay.begun(covering)
            for number, score in enumerate(covering, 1):
                last = number == len(self._tiles)
                self._outbox.tell(events.TileScored(self.run_id, score, last))
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            self._outbox.tell(events.ScoreFailed(self.run_id, failure_of(error)))
