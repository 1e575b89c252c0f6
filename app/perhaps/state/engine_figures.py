"""What the engine does from moment to moment, as series that can be drawn."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.protocol import Statistics
    from perhaps.state.engine_link import EngineLink
    from perhaps.state.engine_state import EngineState

MOMENTS = 120
"""That are kept: half a minute of an engine at work."""


def _series() -> deque[float]:
    return deque(maxlen=MOMENTS)


@dataclass
class Series:
    """Figures of the latest moments, oldest first."""

    tokens_per_second: deque[float] = field(default_factory=_series)
    """Written by all answers together."""
    batch_ms: deque[float] = field(default_factory=_series)
    """A batch, on average of the moment."""
    batch_tokens: deque[float] = field(default_factory=_series)
    """Of a batch, on average of the moment: read and written."""
    answers: deque[float] = field(default_factory=_series)
    waiting: deque[float] = field(default_factory=_series)
    held_tokens: deque[float] = field(default_factory=_series)
    """Of the KV cache."""


class EngineFigures(QObject):
    """Follows the statistics that the engine tells while it works."""

    changed = Signal()

    def __init__(
        self,
        link: EngineLink,
        engine: EngineState,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._told_at = 0.0
        self.latest: Statistics | None = None
        self.series = Series()
        link.statistics_told.connect(self._take)
        engine.ready.connect(self._forget)

    def _take(self, statistics: Statistics) -> None:
        now = self._clock()
        before, self.latest = self.latest, statistics
        seconds, self._told_at = now - self._told_at, now
        if before is not None and statistics.batches > before.batches and seconds > 0:
            self._add_rates(before, statistics, seconds)
        series = self.series
        series.answers.append(statistics.answers)
        series.waiting.append(statistics.waiting)
        series.held_tokens.append(statistics.held_tokens)
        self.changed.emit()

    def _add_rates(self, before: Statistics, now: Statistics, seconds: float) -> None:
        batches = now.batches - before.batches
        written = now.generated_tokens - before.generated_tokens
        self.series.tokens_per_second.append(written / seconds)
        self.series.batch_ms.append((now.batch_ms - before.batch_ms) / batches)
        self.series.batch_tokens.append((now.batch_tokens - before.batch_tokens) / batches)

    def _forget(self) -> None:
        """Begin anew with another model."""
        self.latest = None
        self.series = Series()
        self.changed.emit()
