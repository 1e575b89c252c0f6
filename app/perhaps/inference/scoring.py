"""How likely given answers are, by the engine in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.errors import BY_NAME, ContextFullError, RequestError, StoppedError
from perhaps.inference import native
from perhaps.inference.protocol import AnswerScore, FinishReason, RunFinished, TokenStep
from perhaps.prompting import sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps import _engine
    from perhaps.inference.protocol import Request

MOST_ANSWERS = 400
"""That are scored at once; as many as the longest list of choices has spellings."""
MOST_TOKENS = 256
"""Of each answer."""
SHOWN_LENGTH = 40
"""Of an answer in a sentence about it."""


class LocalScoring:
    """Answers after one prompt, which is read once; computed together, told in order."""

    def __init__(
        self, model: _engine.Model, asked: _engine.GenerationRequest, answers: tuple[str, ...]
    ) -> None:
        self._answers = answers
        self._runs = []
        tokens = tokenized(model, answers)
        asked.draws_on = False
        asked.max_tokens = max(map(len, tokens))
        for forced in tokens:
            asked.forced = forced
            self._runs.append(model.submit(asked))

    def __iter__(self) -> Iterator[AnswerScore]:
        try:
            for text, run in zip(self._answers, self._runs, strict=True):
                steps, finished = forced_steps(run)
                require_whole(finished)
                yield AnswerScore(text, sum(step.logprob or 0.0 for step in steps), steps)
        finally:
            # The others are of no use where one failed, or where nobody listens any more.
            self.stop()

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""
        for run in self._runs:
            run.stop()


def tokenized(model: _engine.Model, answers: tuple[str, ...]) -> list[list[int]]:
    """Give the tokens of answers; raises RequestError for those that cannot be scored."""
    if not 1 <= len(answers) <= MOST_ANSWERS:
        raise RequestError(
            f"There are {len(answers)} answers to score; give between 1 and {MOST_ANSWERS}."
        )
    return [_tokens_of(model, answer) for answer in answers]


def _tokens_of(model: _engine.Model, answer: str) -> list[int]:
    tokens = model.tokenize_answer(sound(answer))
    if not tokens:
        raise RequestError("One of the answers to score is empty; give every answer some text.")
    if len(tokens) > MOST_TOKENS:
        shown = answer if len(answer) <= SHOWN_LENGTH else answer[:SHOWN_LENGTH] + "…"
        raise RequestError(
            f"The answer “{shown}” has {len(tokens)} tokens; "
            f"an answer to score has at most {MOST_TOKENS}."
        )
    return tokens


def given_tokens(model: _engine.Model, request: Request) -> list[int]:
    """Give the tokens that a request is forced to; raises RequestError for none or too many."""
    tokens = [*request.forced_tokens]
    if request.forced_text:
        tokens += _tokens_of(model, request.forced_text)
    if not 1 <= len(tokens) <= MOST_TOKENS:
        raise RequestError(
            f"The answer has {len(tokens)} tokens; "
            f"one that is scored has at least 1 and at most {MOST_TOKENS}."
        )
    return tokens


def forced_steps(run: _engine.Run) -> tuple[tuple[TokenStep, ...], RunFinished]:
    """Wait for the tokens that a run was given, and for its end."""
    steps: list[TokenStep] = []
    while True:
        raw = native.next_event(run)
        assert raw is not None, "a run ends with its RunFinished"
        event = native.from_event(raw)
        if isinstance(event, RunFinished):
            return tuple(steps), event
        if isinstance(event, TokenStep):
            steps.append(event)


def require_whole(finished: RunFinished) -> None:
    """Raise what made a run fail, StoppedError, or ContextFullError."""
    if finished.reason is FinishReason.failed:
        raise BY_NAME[finished.error_kind](finished.error)
    if finished.reason is FinishReason.cancelled:
        raise StoppedError("Scoring was stopped.")
    if finished.reason is FinishReason.context_full:
        raise ContextFullError(
            "The context is too small for the conversation and this answer; shorten one of them."
        )
