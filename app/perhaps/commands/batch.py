"""A file of questions: one JSON request a line → one JSON result a line."""

from __future__ import annotations

import json
import sys
from collections import deque
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from perhaps.commands.answer_json import answer_to_json
from perhaps.commands.asking import follow, ignore, make_request
from perhaps.commands.printing import print_json
from perhaps.errors import BY_NAME, PerhapsError, RequestError
from perhaps.inference.protocol import FinishReason, ImagePart, Request, SamplingOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import ModelInfo, Run

AT_ONCE = 16
"""Requests of a file that the engine is given at the same time."""
SAMPLING_FIELDS = frozenset(field.name for field in fields(SamplingOptions))
BATCH_FIELDS = SAMPLING_FIELDS | {
    "id", "question", "images", "max_tokens", "top_logprobs", "seed", "stop",
}  # fmt: skip


def print_batch(engine: LocalEngine, info: ModelInfo, path: str, template: Request) -> None:
    """Print the result of each line as soon as it and those before it are there."""
    with _opened_lines(path) as (lines, count), _progress() as progress:
        task = progress.add_task("Answering", total=count)
        for result in answer_lines(engine, info, lines, template):
            print_json(result)
            progress.advance(task)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


@contextmanager
def _opened_lines(path: str) -> Iterator[tuple[Iterable[str], int | None]]:
    """Give the lines, and how many have something on them where that is known before."""
    if path == "-":
        yield sys.stdin, None
        return
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            lines = file.readlines()
    except OSError as error:
        raise RequestError(f"The file “{path}” cannot be read ({error.strerror}).") from None
    yield lines, sum(1 for line in lines if line.strip())


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
    answer = follow(run, question, ignore, ignore)
    if answer.finished.reason is FinishReason.failed:
        return result | _error(answer.finished.error_kind, answer.finished.error)
    return result | {"question": question} | answer_to_json(answer.steps, answer.finished, info)


def _error(kind: str, message: str) -> dict[str, Any]:
    assert kind in BY_NAME
    return {"error": {"kind": kind, "message": message}}
