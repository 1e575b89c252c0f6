"""One answer while it comes and after."""

from __future__ import annotations

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
from perhaps.probability.trace import Origin, TokenTrace
from perhaps.state.steps import Steps, traced_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Answer(QObject):
    """The tokens of one run, in order, and how it ended."""

    advanced = Signal(int)
    """Tokens came; carries the index of the first new one."""
    progressed = Signal()
    """The way to the first token went on, or a stop was asked for."""
    finished = Signal()

    def __init__(
        self,
        request: Request,
        model: ModelInfo,
        parent: QObject | None = None,
        *,
        trace: TokenTrace | None = None,
        finish: RunFinished | None = None,
    ) -> None:
        """Begin an answer, or take up one that was kept with its trace and its end."""
        super().__init__(parent)
        self.request = request
        # Of a kept answer, the whole request is put together out of the chat each time.
        self.max_tokens = request.max_tokens
        self.sampling = request.sampling
        self.model = model
        self.trace = TokenTrace(traced_model(model)) if trace is None else trace
        self.steps: Sequence[TokenStep] = Steps(self.trace)
        self.progress: RunProgress | None = None
        self.finish = finish
        self.stopping = False
        self.number = 0
        """Its id in the archive; 0 before it is there."""

    def ensure_steps(self) -> None:
        """Have the tokens fetched where only the words are there; `advanced` tells when."""

    def release_steps(self) -> None:
        """Let tokens go that can be fetched again."""

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.finish is None

    @property
    def failed(self) -> bool:
        """Whether it ended by an error."""
        return self.finish is not None and self.finish.reason is FinishReason.failed

    @property
    def was_cut(self) -> bool:
        """Whether it ended before the model had ended it."""
        ends = (FinishReason.length, FinishReason.cancelled)
        return self.finish is not None and self.finish.reason in ends

    @property
    def text(self) -> str:
        """All that was written."""
        tail = self.finish.text if self.finish else ""
        return "".join(self.trace.texts) + tail

    @property
    def tokens_per_second(self) -> float | None:
        """Of the tokens after the first, while it runs as well as after."""
        later = self.trace.elapsed_us[self.trace.origins != Origin.kept][1:]
        elapsed_us = int(later.sum())
        return len(later) * 1e6 / elapsed_us if elapsed_us else None

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
            self.trace.append(event, Origin.forced if event.forced else Origin.drawn)
        elif isinstance(event, RunProgress):
            self.progress = event
        else:
            self.finish = event
