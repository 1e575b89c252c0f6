"""Questions from the command line: one, or several at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perhaps.commands.interrupting import stopping_at_ctrl_c
from perhaps.inference.protocol import (
    ImagePart,
    Message,
    Request,
    RunFinished,
    RunProgress,
    TextPart,
    TokenStep,
)
from perhaps.probability.choices import rate, spelling_of, spellings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import Run
    from perhaps.probability.choices import RatedChoice


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    question: str
    steps: tuple[TokenStep, ...]
    finished: RunFinished

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(step.text for step in self.steps) + self.finished.text


def make_request(question: str, pictures: Sequence[ImagePart], template: Request) -> Request:
    """Give a request that asks this about those, otherwise as the template says."""
    return replace(template, messages=(Message("user", (*pictures, TextPart(question))),))


def follow(
    run: Run,
    question: str,
    on_progress: Callable[[RunProgress], None],
    on_text: Callable[[str], None],
) -> Answer:
    """Wait for an answer."""
    steps: list[TokenStep] = []
    for event in run:
        if isinstance(event, RunProgress):
            on_progress(event)
            continue
        on_text(event.text)
        if isinstance(event, RunFinished):
            return Answer(question, tuple(steps), event)
        steps.append(event)
    raise AssertionError("a run ends with its RunFinished")


def one(
    engine: LocalEngine,
    question: str,
    request: Request,
    on_progress: Callable[[RunProgress], None],
    on_text: Callable[[str], None],
) -> Answer:
    """Answer a question; Ctrl+C stops it and keeps what was written."""
    run = engine.generate(request)
    with stopping_at_ctrl_c(run.stop):
        return follow(run, question, on_progress, on_text)


def several(engine: LocalEngine, requests: Sequence[tuple[str, Request]], n: int) -> list[Answer]:
    """Answer all at once, each `n` times with a seed of its own, in the order they were asked.

    Ctrl+C stops all of them and keeps what was written.
    """
    runs = []
    for question, request in requests:
        for index in range(n):
            seed = None if request.seed is None else request.seed + index
            runs.append((question, engine.generate(replace(request, seed=seed))))

    def stop() -> None:
        for _, run in runs:
            run.stop()

    with stopping_at_ctrl_c(stop):
        return [follow(run, question, ignore, ignore) for question, run in runs]


def ignore(_: object) -> None:
    """Show nothing of what comes."""


# ---------------------------------------------------------------- given answers


def rate_choices(
    engine: LocalEngine, request: Request, choices: Sequence[str], *, by_length: bool
) -> tuple[RatedChoice, ...]:
    """Rate choices as answers to a question, likeliest first."""
    scores = engine.score(replace(request, top_logprobs=1), spellings_of(choices))
    return rate(choices, [spelling_of(score.tokens) for score in scores], by_length=by_length)
