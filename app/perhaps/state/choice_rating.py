"""How sure the model is among given answers to one question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.errors import RequestError, StoppedError
from perhaps.probability.choices import (
    RatedChoice,
    Spelling,
    checked_choices,
    rate,
    spelling_of,
    spellings_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.inference.protocol import AnswerScore, Failure, Request
    from perhaps.state.engine_link import EngineLink


class ChoiceRating(QObject):
    """Scores a list of answers after the conversation of a request, pictures and all."""

    changed = Signal()

    def __init__(self, link: EngineLink, request: Request, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A branch begins with tokens of its own; what is rated stands right after the question.
        self._request = replace(
            request, top_logprobs=1, seed=None, kept_tokens=(), forced_tokens=(), forced_text=""
        )
        self._link = link
        self._run_id: int | None = None
        self._asked: tuple[str, ...] = ()
        self._choices: tuple[str, ...] = ()
        self._spellings: tuple[Spelling, ...] = ()
        self.by_length = False
        self.failure = ""
        """One sentence, where the last list could not be rated."""
        link.scored.connect(self._on_scored)
        link.score_failed.connect(self._on_failed)

    @property
    def running(self) -> bool:
        """Whether scores are on their way."""
        return self._run_id is not None

    @property
    def rated(self) -> tuple[RatedChoice, ...]:
        """The last list that was rated, likeliest first."""
        if not self._spellings:
            return ()
        return rate(self._choices, self._spellings, by_length=self.by_length)

    def rate(self, texts: Sequence[str]) -> bool:
        """Ask about another list; False where it makes no sense, and `failure` says why."""
        self.stop()
        try:
            self._asked = checked_choices(texts)
            self.failure = ""
            self._run_id = self._link.score(self._request, spellings_of(self._asked))
        except RequestError as error:
            self.failure = str(error)
        self.changed.emit()
        return not self.failure

    def compare_by_length(self, by_length: bool) -> None:
        """Compare the choices per token, or as a whole."""
        self.by_length = by_length
        self.changed.emit()

    def stop(self) -> None:
        """Give up what is on its way."""
        run_id, self._run_id = self._run_id, None
        if run_id is not None:
            self._link.stop(run_id)
            self.changed.emit()

    def _on_scored(self, run_id: int, scores: tuple[AnswerScore, ...]) -> None:
        if run_id != self._run_id:
            return
        self._run_id = None
        self._choices = self._asked
        self._spellings = tuple(spelling_of(score.tokens) for score in scores)
        self.changed.emit()

    def _on_failed(self, run_id: int, failure: Failure) -> None:
        if run_id != self._run_id:
            return
        self._run_id = None
        if failure.kind != StoppedError.__name__:
            self.failure = failure.message
        self.changed.emit()
