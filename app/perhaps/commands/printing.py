"""What the commands print: for people, or as JSON for scripts."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from perhaps.commands.answer_json import answer_to_json, choice_to_json
from perhaps.commands.interrupting import INTERRUPTED
from perhaps.inference.protocol import FinishReason
from perhaps.probability.choices import FAR_FETCHED, in_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.status import Status

    from perhaps.commands.asking import Answer
    from perhaps.inference.protocol import Engine, ModelInfo, PairReport, RunProgress
    from perhaps.probability.choices import RatedChoice


def shower(status: Status) -> Callable[[RunProgress], None]:
    """Give what shows a progress beside the spinner."""

    def show(progress: RunProgress) -> None:
        stage = progress.stage.value.replace("_", " ").capitalize()
        status.update(f"{stage} {progress.fraction:.0%}")

    return show


def echoer(status: Status, echo: bool) -> Callable[[str], None]:
    """Give what prints text as it comes, where that is wanted."""

    def write(text: str) -> None:
        if echo and text:
            status.stop()
            sys.stdout.write(text)
            sys.stdout.flush()

    return write


@contextlib.contextmanager
def noting_disk_problem(engine: Engine) -> Iterator[None]:
    """Tell at the end where pictures could not be kept on disk; the answers are whole."""
    try:
        yield
    finally:
        if problem := engine.statistics().disk_problem:
            typer.echo(f"Note: {problem}", err=True)


def print_answer(answer: Answer, info: ModelInfo, *, as_json: bool, streamed: bool) -> None:
    """Print one answer, and exit with 1 where it failed, with 130 where it was stopped."""
    finished = answer.finished
    if as_json and finished.reason is not FinishReason.failed:
        print_json(answer_to_json(answer.steps, finished, info))
    elif streamed:
        typer.echo()
    elif answer.text or finished.reason is not FinishReason.failed:
        typer.echo(answer.text)
    _exit_unless_whole([answer])


def print_several(answers: list[Answer], info: ModelInfo, *, as_json: bool) -> None:
    """Print answers in the order they were asked; exit as `print_answer` does."""
    if as_json:
        print_json(
            [
                {"question": each.question, **answer_to_json(each.steps, each.finished, info)}
                for each in answers
            ]
        )
    else:
        for each in answers:
            typer.echo(each.text)
    _exit_unless_whole(answers)


def _exit_unless_whole(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.finished.reason is FinishReason.failed:
            typer.echo(answer.finished.error, err=True)
            raise typer.Exit(1)
        if answer.finished.reason is FinishReason.cancelled:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(INTERRUPTED)


def print_choices(choices: Sequence[RatedChoice], *, as_json: bool) -> None:
    """Print each choice with its share, in their order."""
    if as_json:
        print_json({"choices": [choice_to_json(choice) for choice in choices]})
        return
    for choice in choices:
        typer.echo(
            f"{choice.share:7.1%}  {choice.text}  "
            f"(log-probability {choice.logprob:.2f}, {choice.mean:.2f} a token)"
        )
    if (together := in_all(choices)) < FAR_FETCHED:
        typer.echo(f"The model would hardly begin with any of them ({together:.1%} in all).")


def print_report(report: PairReport) -> None:
    """Print what the pair doctor says."""
    typer.echo(report.summary)
    for sentence in (*report.problems, *report.notes):
        if sentence != report.summary:
            typer.echo(f"  {sentence}")


def print_json(value: Any) -> None:
    """Print a value as one line of JSON; escaped where standard output cannot encode it."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(value)
    typer.echo(text)
