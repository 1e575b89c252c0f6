"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from perhaps.errors import RequestError
from perhaps.inference.protocol import MAX_COUNT, LoadOptions, ModelPair
from perhaps.paths import starter_pair

Model = Annotated[
    str | None, typer.Option(help="A GGUF model; without it, the bundled starter answers.")
]
Projector = Annotated[str | None, typer.Option(help="The projector (mmproj) of that model.")]
Device = Annotated[
    str, typer.Option(help="Of the language model: auto, gpu, cpu, cuda, or a name of `devices`.")
]
VisionDevice = Annotated[str, typer.Option(help="Of the picture encoder, likewise.")]
GpuLayers = Annotated[
    int,
    typer.Option(
        min=-1, max=MAX_COUNT, help="Layers on the GPU; -1 for as many as fit.", show_default=True
    ),
]
GpuMemory = Annotated[
    int, typer.Option(min=0, max=MAX_COUNT, help="MiB of each GPU to use; 0 for all free.")
]


def chosen_pair(model: str | None, projector: str | None) -> ModelPair:
    """Give the pair that was named, or the bundled one."""
    if model is not None:
        return ModelPair(model, projector)
    if projector is not None:
        raise typer.BadParameter("--projector needs its --model")
    starter = starter_pair()
    if starter is None:
        raise RequestError("The starter model is not installed; name one with --model.")
    return starter


def load_options(device: str, vision_device: str, gpu_layers: int, gpu_mib: int) -> LoadOptions:
    """Give where and how large, with the memory in bytes."""
    return LoadOptions(device, vision_device, gpu_layers, gpu_memory=gpu_mib << 20)
