"""A worker under test, and everything that it has said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from perhaps.inference.protocol import (
    Failure,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    RunEvent,
    RunFinished,
    TextPart,
    TokenStep,
)
from perhaps.inference.worker import EngineWorker

if TYPE_CHECKING:
    from collections.abc import Callable

PAIR = ModelPair("/models/starter.gguf", "/models/starter-mmproj.gguf")
OTHER_PAIR = ModelPair("/models/other.gguf")

SIGNALS = (
    "host_started",
    "host_lost",
    "load_progressed",
    "model_loaded",
    "load_failed",
    "model_unloaded",
    "pair_checked",
    "picture_read",
    "picture_refused",
    "run_advanced",
    "statistics_told",
    "scored",
    "tile_scored",
    "score_failed",
    "devices_listed",
)


def ask(words: str = "What is this?", **options: Any) -> Request:
    return Request((Message("user", (TextPart(words),)),), **options)


@dataclass
class Desk:
    """A worker and everything that it has said, in order."""

    worker: EngineWorker
    qtbot: Any
    heard: list[tuple[str, tuple]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in SIGNALS:
            getattr(self.worker, name).connect(self._note(name))

    def _note(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.heard.append((name, arguments))

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    def of(self, name: str) -> list[tuple]:
        return [arguments for heard, arguments in self.heard if heard == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 60.0) -> tuple:
        self.qtbot.waitUntil(lambda: len(self.of(name)) >= count, timeout=int(seconds * 1000))
        return self.of(name)[count - 1]

    def load(self, pair: ModelPair = PAIR) -> None:
        count = len(self.of("model_loaded")) + 1
        self.worker.load(pair, LoadOptions())
        self.wait_for("model_loaded", count)

    def events(self, run_id: int) -> list[RunEvent]:
        return [
            event
            for number, events in self.of("run_advanced")
            if number == run_id
            for event in events
        ]

    def end_of(self, run_id: int, seconds: float = 60.0) -> RunFinished:
        def ended() -> bool:
            events = self.events(run_id)
            return bool(events) and isinstance(events[-1], RunFinished)

        self.qtbot.waitUntil(ended, timeout=int(seconds * 1000))
        return self.events(run_id)[-1]

    def wait_for_tokens(self, run_id: int, count: int) -> None:
        def enough() -> bool:
            return sum(isinstance(event, TokenStep) for event in self.events(run_id)) >= count

        self.qtbot.waitUntil(enough, timeout=60_000)

    def scores_of(self, run_id: int) -> tuple:
        """Wait for the scores of a run."""
        self.qtbot.waitUntil(lambda: any(heard == run_id for heard, _ in self.of("scored")))
        return next(scores for heard, scores in self.of("scored") if heard == run_id)

    def score_failure(self, run_id: int) -> Failure:
        """Wait for a scoring to fail."""
        self.qtbot.waitUntil(lambda: any(heard == run_id for heard, _ in self.of("score_failed")))
        return next(failure for heard, failure in self.of("score_failed") if heard == run_id)

    def text_of(self, run_id: int) -> str:
        events = self.events(run_id)
        return "".join(event.text for event in events if isinstance(event, TokenStep))
