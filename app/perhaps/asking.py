"""Questions from the command line: one, several at once, or a file full of them."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from perhaps.answer_json import answer_to_json
from perhaps.errors import BY_NAME, PerhapsError, RequestError
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    Message,
    Request,
    RunFinished,
    RunProgress,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.probability.choices import rate, spelling_of, spellings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import ModelInfo, Run
    from perhaps.probability.choices import RatedChoice

AT_ONCE = 16
"""Requests of a file that the engine is given at the same time."""
SAMPLING_FIELDS = frozenset(field.name for field in fields(SamplingOptions))
BATCH_FIELDS = SAMPLING_FIELDS | {
    "id", "question", "images", "max_tokens", "top_logprobs", "seed", "stop",
}  # fmt: skip


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
    """Wait for an answer; Ctrl+C stops it and keeps what was written."""
    steps: list[TokenStep] = []
    events = iter(run)
    while True:
        try:
            event = next(events)
        except KeyboardInterrupt:
            run.stop()
            continue
        if isinstance(event, RunProgress):
            on_progress(event)
            continue
        on_text(event.text)
        if isinstance(event, RunFinished):
            return Answer(question, tuple(steps), event)
        steps.append(event)


def several(engine: LocalEngine, requests: Sequence[tuple[str, Request]], n: int) -> list[Answer]:
    """Answer all at once, each `n` times with a seed of its own, in the order they were asked."""
    runs = []
    for question, request in requests:
        for index in range(n):
            seed = None if request.seed is None else request.seed + index
            runs.append((question, engine.generate(replace(request, seed=seed))))
    return [follow(run, question, _ignore, _ignore) for question, run in runs]


def _ignore(_: object) -> None:
    pass


# ---------------------------------------------------------------- given answers


def rate_choices(
    engine: LocalEngine, request: Request, choices: Sequence[str], *, by_length: bool
) -> tuple[RatedChoice, ...]:
    """Rate choices as answers to a question, likeliest first."""
    scores = engine.score(replace(request, top_logprobs=1), spellings_of(choices))
    return rate(choices, [spelling_of(score.tokens) for score in scores], by_length=by_length)


# ---------------------------------------------------------------- a file of questions


def answer_lines(
    engine: LocalEngine, info: ModelInfo, lines: Iterable[str], template: Request
) -> Iterator[dict[str, Any]]:
    """Answer JSON requests, one a line, up to `AT_ONCE` together; yield results in order.

    A line that cannot be answered yields an object with `error`; the others go on.
    """
    begun: deque[dict[str, Any] | tuple[dict[str, Any], str, Run]] = deque()
    for number, line in enumerate(lines, 1):
        if line.strip():
            begun.append(_begin_line(engine, number, line, template))
        if len(begun) >= AT_ONCE:
            yield _end_line(begun.popleft(), info)
    while begun:
        yield _end_line(begun.popleft(), info)


def _begin_line(
    engine: LocalEngine, number: int, line: str, template: Request
) -> dict[str, Any] | tuple[dict[str, Any], str, Run]:
    result: dict[str, Any] = {"line": number}
    try:
        wish = _parse_line(line)
        result |= {"id": wish["id"]} if "id" in wish else {}
        pictures = [ImagePart(engine.read_picture(path).image) for path in wish.get("images", ())]
        request = make_request(wish["question"], pictures, _apply(wish, template))
        return result, wish["question"], engine.generate(request)
    except PerhapsError as error:
        return result | _error(type(error).__name__, str(error))


def _parse_line(line: str) -> dict[str, Any]:
    try:
        wish = json.loads(line)
    except ValueError as error:
        raise RequestError(f"This line is not JSON ({error}).") from None
    if not isinstance(wish, dict) or not isinstance(wish.get("question"), str):
        raise RequestError('A line must be an object with a "question", such as {"question": "…"}.')
    if unknown := sorted(set(wish) - BATCH_FIELDS):
        raise RequestError(f"There is no field {unknown[0]!r}; there are {sorted(BATCH_FIELDS)}.")
    if not all(isinstance(path, str) for path in wish.get("images", [])):
        raise RequestError('"images" must be a list of file names.')
    return wish


def _apply(wish: dict[str, Any], template: Request) -> Request:
    sampling: dict[str, Any] = {name: wish[name] for name in SAMPLING_FIELDS & set(wish)}
    plain: dict[str, Any] = {
        name: wish[name] for name in ("max_tokens", "top_logprobs", "seed") if name in wish
    }
    for name, value in (*sampling.items(), *plain.items()):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RequestError(f'"{name}" is {value!r}; it must be a number.')
    stop = wish.get("stop", template.stop)
    return replace(
        template, **plain, stop=tuple(stop), sampling=replace(template.sampling, **sampling)
    )


def _end_line(
    begun: dict[str, Any] | tuple[dict[str, Any], str, Run], info: ModelInfo
) -> dict[str, Any]:
    if isinstance(begun, dict):
        return begun
    result, question, run = begun
    answer = follow(run, question, _ignore, _ignore)
    if answer.finished.reason is FinishReason.failed:
        return result | _error(answer.finished.error_kind, answer.finished.error)
    return result | {"question": question} | answer_to_json(answer.steps, answer.finished, info)


def _error(kind: str, message: str) -> dict[str, Any]:
    assert kind in BY_NAME
    return {"error": {"kind": kind, "message": message}}
