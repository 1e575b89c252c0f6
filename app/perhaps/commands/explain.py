"""`perhaps explain`: which parts of a picture an answer rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from perhaps.commands import explaining
from perhaps.commands.asking import make_request
from perhaps.commands.options import (
    Device,
    GpuLayers,
    GpuMemory,
    Model,
    Projector,
    VisionDevice,
    chosen_pair,
    load_options,
)
from perhaps.commands.printing import print_json
from perhaps.commands.running import errors_as_sentences, loaded_engine, spinner
from perhaps.errors import RequestError
from perhaps.imaging.write import write_png
from perhaps.inference.protocol import ImagePart, Request, SamplingOptions


def explain(
    question: Annotated[str, typer.Argument(help="What was asked about the picture.")],
    image: Annotated[str | None, typer.Option(help="The picture to cover part by part.")] = None,
    answer: Annotated[
        str | None, typer.Option(help="The answer to explain; without it, the model's own.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the picture with the map over it, a PNG.")
    ] = None,
    budget: Annotated[
        float, typer.Option(min=0.0, help="Seconds after which no finer level is begun.")
    ] = 20.0,
    model: Model = None,
    projector: Projector = None,
    device: Device = "auto",
    vision_device: VisionDevice = "auto",
    gpu_layers: GpuLayers = -1,
    gpu_memory: GpuMemory = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which parts of a picture an answer rests on."""
    template = Request(messages=(), sampling=SamplingOptions(temperature=0.0))
    with errors_as_sentences(), spinner() as status:
        if image is None:
            raise RequestError("There is nothing to cover without a picture; add --image FILE.")
        options = load_options(device, vision_device, gpu_layers, gpu_memory)
        engine, _ = loaded_engine(chosen_pair(model, projector), options, status)
        picture = engine.read_picture(image).image
        request = make_request(question, [ImagePart(picture)], template)

        def show(tiles: int, side: int) -> None:
            status.update(f"{tiles} parts covered, {side} × {side}")

        found = explaining.explain(engine, request, picture, answer, budget, show)
        if out is not None:
            write_png(found.drawn(), out)
    if as_json:
        print_json(explaining.explanation_to_json(found))
    else:
        for line in explaining.summary(found):
            typer.echo(line)
