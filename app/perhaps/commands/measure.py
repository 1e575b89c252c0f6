"""`perhaps bench`: how fast this machine answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from perhaps.commands.options import Model, Projector, chosen_pair
from perhaps.commands.running import errors_as_sentences, spinner


def bench(
    shape: Annotated[
        str | None, typer.Option(help="A shape of the test models, such as tiny; in a checkout.")
    ] = None,
    model: Model = None,
    projector: Projector = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = 5,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Measure this alone, such as first-token; may be given again."),
    ] = None,
    peers: Annotated[bool, typer.Option(help="Measure llama-cpp-python and llama-server.")] = True,
    peer_python: Annotated[
        str, typer.Option(help="The interpreter that has the peers installed.")
    ] = sys.executable,
    out: Annotated[Path | None, typer.Option(help="A folder for bench.json and bench.md.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure how fast this machine answers, beside other programs."""
    from perhaps.bench import files, report
    from perhaps.bench.run import FAMILIES, Wish, run_bench

    if shape and model:
        raise typer.BadParameter("choose one of --shape and --model, not both")
    with errors_as_sentences(), spinner() as status:
        pair = files.pair_of_shape(shape) if shape else chosen_pair(model, projector)
        if out:
            report.prepare(out)
        wish = Wish(pair, rounds, peers, tuple(only or FAMILIES), peer_python)
        result = run_bench(wish, status.update)
    as_text = json.dumps(report.to_json(result), ensure_ascii=False)
    typer.echo(as_text if as_json else report.to_markdown(result))
    if out:
        with errors_as_sentences():
            report.write(result, out, as_text)
