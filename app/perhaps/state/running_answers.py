"""The answers on their way: asked for, fed with what comes, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.errors import EngineLostError
from perhaps.inference.protocol import Failure, FinishReason, RunFinished
from perhaps.state.answer import Answer

if TYPE_CHECKING:
    from perhaps.inference.protocol import ModelInfo, Request, RunEvent
    from perhaps.state.engine_link import EngineLink
    from perhaps.state.engine_state import EngineState
    from perhaps.state.opening import Opening


class RunningAnswers(QObject):
    """Every answer that was begun ends, whatever becomes of the engine."""

    changed = Signal()
    """One began or ended."""
    engine_lost = Signal(Failure)
    """The engine is gone, and no answer says so."""

    def __init__(
        self, link: EngineLink, engine: EngineState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._loss_told = False
        self._answers: dict[int, Answer] = {}
        link.run_advanced.connect(self._on_run_advanced)
        engine.lost.connect(self._on_engine_lost)

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def first(self) -> Answer | None:
        """The one that has been running for longest."""
        return next(iter(self._answers.values()), None)

    def begin(self, request: Request, model: ModelInfo, opening: Opening) -> Answer:
        """Ask for an answer; it shows what it keeps of another one at once."""
        answer = Answer(request, model, trace=opening.kept if len(opening.kept) else None)
        self._answers[self._link.generate(request)] = answer
        self.changed.emit()
        return answer

    def stop(self) -> bool:
        """Stop all of them; False where there is none to stop."""
        stopped = False
        for run_id, answer in self._answers.items():
            if not answer.stopping:
                answer.note_stop_asked()
                self._link.stop(run_id)
                stopped = True
        return stopped

    def _on_run_advanced(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        answer = self._answers.get(run_id)
        if answer is None:
            return
        answer.apply(events)
        if not answer.running:
            self._loss_told = self._loss_told or _tells_loss(answer)
            del self._answers[run_id]
            self.changed.emit()

    def _on_engine_lost(self, failure: Failure) -> None:
        """Fail what the lost host was writing, unless the worker already has."""
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            answer.apply([_failed(failure)])
        if answers:
            self.changed.emit()
        told, self._loss_told = self._loss_told or bool(answers), False
        if not told:
            self.engine_lost.emit(failure)


def _tells_loss(answer: Answer) -> bool:
    return answer.finish is not None and answer.finish.error_kind == EngineLostError.__name__


def _failed(failure: Failure) -> RunFinished:
    return RunFinished(FinishReason.failed, error=failure.message, error_kind=failure.kind)
