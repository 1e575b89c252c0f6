"""How commands run: an engine that is loaded, a spinner, and errors as sentences."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from perhaps.commands.interrupting import INTERRUPTED
from perhaps.errors import PerhapsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import LoadOptions, LoadProgress, ModelInfo, ModelPair


def loaded_engine(
    pair: ModelPair, options: LoadOptions, status: Status
) -> tuple[LocalEngine, ModelInfo]:
    """Load a pair while the spinner tells how far it is."""
    from perhaps.inference.device_choice import leave_last_words
    from perhaps.inference.local import LocalEngine

    def show(progress: LoadProgress) -> None:
        status.update(f"Loading the model: {progress.stage.value} {progress.fraction:.0%}")

    leave_last_words()
    engine = LocalEngine()
    info = engine.load(pair, options, show)
    for note in info.notes:
        status.console.print(escape(note), soft_wrap=True)
    return engine, info


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Exit with one sentence: with 1 where something of ours fails, with 130 after Ctrl+C."""
    try:
        yield
    except PerhapsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def spinner() -> Iterator[Status]:
    """Show what is going on, on a terminal; nothing at all elsewhere."""
    console = Console(stderr=True)
    with console.status(escape("Starting")) as status:
        yield status
