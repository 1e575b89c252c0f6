"""One answer while it comes and after."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.inference.protocol import (
    FinishReason,
    ModelInfo,
    Request,
    RunEvent,
    RunFinished,
    RunProgress,
    TokenStep,
)
from perhaps.state.measures import RunningMean

if TYPE_CHECKING:
    from collections.abc import Iterable


class Answer(QObject):
    """The tokens of one run, in order, and how it ended."""

    advanced = Signal(int)
    """Tokens came; carries the index of the first new one."""
    progressed = Signal()
    """The way to the first token went on, or a stop was asked for."""
    finished = Signal()

    def __init__(self, request: Request, model: ModelInfo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.request = request
        self.model = model
        self.steps: list[TokenStep] = []
        self.progress: RunProgress | None = None
        self.finish: RunFinished | None = None
        self.stopping = False
        self.mean = RunningMean()
        self.logprobs = array("d")
        self.entropies = array("d")
        self._elapsed_us = 0

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.finish is None

    @property
    def failed(self) -> bool:
        """Whether it ended by an error."""
        return self.finish is not None and self.finish.reason is FinishReason.failed

    @property
    def text(self) -> str:
        """All that was written."""
        tail = self.finish.text if self.finish else ""
        return "".join(step.text for step in self.steps) + tail

    @property
    def tokens_per_second(self) -> float | None:
        """Of the tokens after the first, while it runs as well as after."""
        later = len(self.steps) - 1
        return later * 1e6 / self._elapsed_us if self._elapsed_us else None

    def apply(self, events: Iterable[RunEvent]) -> None:
        """Take in what came of the run since the last time."""
        first_new = len(self.steps)
        progress = self.progress
        for event in events:
            self._apply_one(event)
        if len(self.steps) > first_new:
            self.advanced.emit(first_new)
        if self.progress is not progress:
            self.progressed.emit()
        if self.finish is not None:
            self.finished.emit()

    def note_stop_asked(self) -> None:
        """Remember that the person asked it to end."""
        self.stopping = True
        self.progressed.emit()

    def _apply_one(self, event: RunEvent) -> None:
        if isinstance(event, TokenStep):
            self._elapsed_us += event.elapsed_us if self.steps else 0
            self.steps.append(event)
            self.mean.add(event.logprob)
            self.logprobs.append(event.logprob or 0.0)
            self.entropies.append(event.entropy or 0.0)
        elif isinstance(event, RunProgress):
            self.progress = event
        else:
            self.finish = event
