"""The commands that work without a window."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from perhaps import __version__
from perhaps.commands.ask import ask
from perhaps.commands.explain import explain
from perhaps.commands.machine import check, devices
from perhaps.commands.measure import bench

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
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Answers about pictures, with the probability of every token."""
    # A file name need not be text; in JSON what is no text becomes its escape.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for command in (ask, explain, devices, check, bench):
    app.command()(command)
