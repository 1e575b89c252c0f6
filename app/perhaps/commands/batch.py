"""Many questions from a file: one JSON request a line → one JSON result a line."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from perhaps.commands.answer_json import answer_to_json
from perhaps.commands.asking import follow, ignore
from perhaps.commands.batch_intake import BegunLine, Intake
from perhaps.commands.batch_request import check_id, read_object, read_wish
from perhaps.commands.interrupting import stopping_at_ctrl_c
from perhaps.commands.printing import print_json
from perhaps.errors import BY_NAME, RequestError
from perhaps.inference.protocol import Failure, FinishReason
from perhaps.inference.serving.failure import failure_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import ModelInfo, Request


def print_batch(engine: LocalEngine, info: ModelInfo, path: str, template: Request) -> None:
    """Print the result of each line as soon as it and those before it are there."""
    lines, count = (_standard_input(), None) if path == "-" else _lines_of(path)
    with _progress() as progress:
        task = progress.add_task("Answering", total=count)
        for result in answer_lines(engine, info, lines, template):
            print_json(result)
            progress.advance(task)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


def _lines_of(path: str) -> tuple[Iterable[bytes], int]:
    """Give the lines of a file, and how many have something on them."""
    with _reading(f"The file “{path}”"), Path(path).open("rb") as file:
        lines = file.readlines()
    return lines, sum(1 for line in lines if line.strip())


def _standard_input() -> Iterator[bytes]:
    """Give each line as soon as it is there."""
    if sys.stdin is None:
        raise RequestError("There is no standard input; name a file to read instead of “-”.")
    # Not through sys.stdin: who waits in it holds its lock, and Python takes that when it ends.
    with _reading("Standard input"), open(sys.stdin.fileno(), "rb", closefd=False) as file:
        yield from file


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RequestError(f"{what} cannot be read ({error.strerror}).") from None


def answer_lines(
    engine: LocalEngine, info: ModelInfo, lines: Iterable[bytes], template: Request
) -> Iterator[dict[str, Any]]:
    """Answer JSON requests, one a line, several together; yield results in order.

    A line that cannot be answered yields an object with `error`; the others go on. Ctrl+C stops
    all of them: what was written is yielded, and then KeyboardInterrupt raised.
    """
    intake = Intake(lines, partial(_begin_line, engine, template))
    with closing(intake), stopping_at_ctrl_c(intake.stop):
        for begun in intake:
            yield begun.head | _rest_of_result(begun, info)
        if intake.stopped:
            raise KeyboardInterrupt


def _begin_line(engine: LocalEngine, template: Request, number: int, line: bytes) -> BegunLine:
    head: dict[str, Any] = {"line": number}
    try:
        given = read_object(line)
        if "id" in given:
            check_id(given["id"])
            head["id"] = given["id"]
        wish = read_wish(given)
        return BegunLine(head, wish.question, engine.generate(wish.request(engine, template)))
    except Exception as error:  # noqa: BLE001 - told as the result of this line, and to the log
        return BegunLine(head, "", failure_of(error))


def _rest_of_result(begun: BegunLine, info: ModelInfo) -> dict[str, Any]:
    if isinstance(begun.outcome, Failure):
        return _error(begun.outcome.kind, begun.outcome.message)
    answer = follow(begun.outcome, begun.question, ignore, ignore)
    if answer.finished.reason is FinishReason.failed:
        return _error(answer.finished.error_kind, answer.finished.error)
    return {"question": begun.question} | answer_to_json(answer.steps, answer.finished, info)


def _error(kind: str, message: str) -> dict[str, Any]:
    assert kind in BY_NAME
    return {"error": {"kind": kind, "message": message}}
