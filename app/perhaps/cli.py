"""The commands that work without a window."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from perhaps import __version__
from perhaps.answer_json import answer_to_json
from perhaps.errors import PerhapsError, RequestError
from perhaps.inference.protocol import (
    MAX_TOP_LOGPROBS,
    FinishReason,
    ImagePart,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    RunFinished,
    RunProgress,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import starter_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import LoadProgress, ModelInfo, PairReport, Run

COMMANDS = frozenset({"ask", "devices", "check"})

app = typer.Typer(
    name="perhaps",
    help="Answers about pictures, with the probability of every token. "
    "Without a command, the window opens.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Perhaps {__version__}")
        raise typer.Exit


@app.callback()
def _perhaps(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Answers about pictures, with the probability of every token."""


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    image: Annotated[
        list[str] | None, typer.Option(help="A picture to look at; may be given again.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A GGUF model; without it, the bundled starter answers.")
    ] = None,
    projector: Annotated[
        str | None, typer.Option(help="The projector (mmproj) of that model.")
    ] = None,
    max_tokens: Annotated[int, typer.Option(min=1, help="Where a long answer is cut.")] = 512,
    top_logprobs: Annotated[
        int,
        typer.Option(min=0, max=MAX_TOP_LOGPROBS, help="Candidates of each token; 0 is fastest."),
    ] = 20,
    temperature: Annotated[
        float, typer.Option(min=0.0, help="0 takes the most likely token each time.")
    ] = 0.0,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 2, help="To draw the same tokens again.")
    ] = None,
    stop: Annotated[
        list[str] | None, typer.Option(help="End before this text; may be given again.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with every probability.")
    ] = False,
    stream: Annotated[
        bool, typer.Option("--stream", help="Print the answer while it is written.")
    ] = False,
) -> None:
    """Ask one question, about pictures or not."""
    if as_json and stream:
        raise typer.BadParameter("choose one of --json and --stream, not both")
    with _errors_as_sentences(), _status() as status:
        engine, info = _loaded_engine(_chosen_pair(model, projector), status)
        pictures = [ImagePart(engine.read_picture(path).image) for path in image or []]
        request = Request(
            messages=(Message("user", (*pictures, TextPart(question))),),
            max_tokens=max_tokens,
            sampling=SamplingOptions(temperature=temperature),
            stop=tuple(stop or []),
            top_logprobs=top_logprobs,
            seed=seed,
        )
        steps, finished = _follow(engine.generate(request), status, echo=stream)
    _print_answer(steps, finished, info, as_json=as_json, streamed=stream)


@app.command()
def devices(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the backends and devices found, and the memory of each."""
    from perhaps.inference.local import LocalEngine

    with _errors_as_sentences():
        found = LocalEngine().devices()
    if as_json:
        _print_json([asdict(device) for device in found])
        return
    for device in found:
        free, total = device.memory_free / 2**30, device.memory_total / 2**30
        typer.echo(
            f"{device.name}  {device.backend}  {device.description}  "
            f"{free:.1f} of {total:.1f} GiB free"
        )


@app.command()
def check(
    model: Annotated[str, typer.Argument(help="A GGUF model.")],
    projector: Annotated[
        str | None, typer.Argument(help="Its projector (mmproj); without it, text only.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell whether two files belong together, whether they fit, and where."""
    from perhaps.inference.local import LocalEngine

    with _errors_as_sentences():
        report = LocalEngine().check(ModelPair(model, projector), LoadOptions())
    if as_json:
        _print_json(asdict(report))
    else:
        _print_report(report)
    raise typer.Exit(0 if report.ok else 1)


def _chosen_pair(model: str | None, projector: str | None) -> ModelPair:
    if model is not None:
        return ModelPair(model, projector)
    if projector is not None:
        raise typer.BadParameter("--projector needs its --model")
    starter = starter_pair()
    if starter is None:
        raise RequestError("The starter model is not installed; name one with --model.")
    return starter


def _loaded_engine(pair: ModelPair, status: Status) -> tuple[LocalEngine, ModelInfo]:
    from perhaps.inference.local import LocalEngine

    def show(progress: LoadProgress) -> None:
        status.update(f"Loading the model: {progress.stage.value} {progress.fraction:.0%}")

    engine = LocalEngine()
    return engine, engine.load(pair, LoadOptions(), show)


def _follow(run: Run, status: Status, *, echo: bool) -> tuple[list[TokenStep], RunFinished]:
    steps: list[TokenStep] = []
    events = iter(run)
    while True:
        try:
            event = next(events)
        except KeyboardInterrupt:
            run.stop()
            continue
        if isinstance(event, RunProgress):
            status.update(
                f"{event.stage.value.replace('_', ' ').capitalize()} {event.fraction:.0%}"
            )
        elif isinstance(event, TokenStep):
            steps.append(event)
            _echo_text(event.text, status, echo)
        else:
            _echo_text(event.text, status, echo)
            return steps, event


def _echo_text(text: str, status: Status, echo: bool) -> None:
    if echo and text:
        status.stop()
        sys.stdout.write(text)
        sys.stdout.flush()


def _print_answer(
    steps: list[TokenStep],
    finished: RunFinished,
    info: ModelInfo,
    *,
    as_json: bool,
    streamed: bool,
) -> None:
    if as_json and finished.reason is not FinishReason.failed:
        _print_json(answer_to_json(steps, finished, info))
    elif streamed:
        typer.echo()
    else:
        typer.echo("".join(step.text for step in steps) + finished.text)
    if finished.reason is FinishReason.failed:
        typer.echo(finished.error, err=True)
        raise typer.Exit(1)
    if finished.reason is FinishReason.cancelled:
        typer.echo("Stopped.", err=True)
        raise typer.Exit(1)


def _print_report(report: PairReport) -> None:
    typer.echo(report.summary)
    for sentence in (*report.problems, *report.notes):
        if sentence != report.summary:
            typer.echo(f"  {sentence}")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except PerhapsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _status() -> Iterator[Status]:
    """Show what is going on, on a terminal; nothing at all elsewhere."""
    console = Console(stderr=True)
    with console.status(escape("Starting")) as status:
        yield status
