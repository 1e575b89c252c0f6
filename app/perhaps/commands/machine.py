"""`perhaps devices` and `perhaps check`: what this machine has, and what fits it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from perhaps.commands.options import Device, GpuLayers, GpuMemory, VisionDevice, load_options
from perhaps.commands.printing import print_json, print_report
from perhaps.commands.running import errors_as_sentences
from perhaps.inference.protocol import ModelPair


def devices(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the backends and devices found, and the memory of each."""
    from perhaps.inference.local import LocalEngine

    with errors_as_sentences():
        found = LocalEngine().devices()
    if as_json:
        print_json([asdict(device) for device in found])
        return
    for device in found:
        free, total = device.memory_free / 2**30, device.memory_total / 2**30
        typer.echo(
            f"{device.name}  {device.backend}  {device.description}  "
            f"{free:.1f} of {total:.1f} GiB free"
        )


def check(
    model: Annotated[str, typer.Argument(help="A GGUF model.")],
    projector: Annotated[
        str | None, typer.Argument(help="Its projector (mmproj); without it, text only.")
    ] = None,
    device: Device = "auto",
    vision_device: VisionDevice = "auto",
    gpu_layers: GpuLayers = -1,
    gpu_memory: GpuMemory = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell whether two files belong together, whether they fit, and where."""
    from perhaps.inference.local import LocalEngine

    options = load_options(device, vision_device, gpu_layers, gpu_memory)
    with errors_as_sentences():
        report = LocalEngine().check(ModelPair(model, projector), options)
    if as_json:
        print_json(asdict(report))
    else:
        print_report(report)
    raise typer.Exit(0 if report.ok else 1)
