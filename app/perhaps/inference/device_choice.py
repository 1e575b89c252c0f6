"""Which devices the options stand for on this machine, and the memory there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perhaps import _engine

if TYPE_CHECKING:
    from perhaps.inference.protocol import DeviceInfo, LoadOptions


@dataclass(frozen=True)
class Place:
    """Where a language model would run; memory in bytes."""

    name: str
    free: int
    beside: int
    """Of the host, which takes the layers that GPUs have no room for; 0 where it is the place."""


def language_place(options: LoadOptions, devices: tuple[DeviceInfo, ...]) -> Place:
    """Give the GPUs that were asked for, or the CPU; raises RequestError for others."""
    names = _engine.resolve_devices(options.device)
    cpu = next(device for device in devices if device.kind == "cpu")
    gpus = [device for device in devices if device.name in names]
    if not gpus or options.gpu_layers == 0:
        return Place(cpu.name, cpu.memory_free, 0)
    limit = options.gpu_memory or max(device.memory_free for device in gpus)
    free = sum(min(device.memory_free, limit) for device in gpus)
    return Place(" + ".join(device.name for device in gpus), free, cpu.memory_free)


def vision_gpu(options: LoadOptions, devices: tuple[DeviceInfo, ...]) -> DeviceInfo | None:
    """Give the GPU that the projector is meant for; None for the CPU. Raises likewise."""
    names = _engine.resolve_devices(options.vision_device)
    return next((device for device in devices if device.name in names[:1]), None)


def leave_last_words() -> None:
    """Have a crash of the engine in this process say what to do; a driver may have any bug."""
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # one sentence, not pages of addresses
    remedy = (
        "ask again with --device cpu --vision-device cpu"
        if _engine.resolve_devices("auto")
        else "choose another model"
    )
    _engine.leave_last_words(f"The engine crashed while it computed; {remedy}.")
