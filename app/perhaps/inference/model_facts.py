"""What is loaded, how, and where it runs; a part of the contract in `protocol`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class ModelPair:
    """A language model and, where it can see, its projector (file paths)."""

    model: str
    projector: str | None = None


@dataclass(frozen=True)
class LoadOptions:
    """Where and how large; the defaults suit the machine."""

    device: str = "auto"
    """Of the language model: `auto`, `cpu`, or a name that `describe` lists."""
    vision_device: str = "auto"
    """Of the projector, likewise."""
    gpu_layers: int = -1
    """Layers of the language model on its device; -1 for all."""
    context_size: int = 0
    """Tokens; 0 for what the model was trained with, at most 4 096."""
    threads: int = 0
    """0 for one per physical core."""
    flash_attention: bool | None = None
    """None leaves the choice to the engine."""
    disk_cache: bool = True
    """Keep what the encoder made of pictures, so that none is encoded again after a restart."""


class LoadStage(StrEnum):
    """What loading is busy with."""

    model = "model"
    projector = "projector"
    warm_up = "warm_up"


@dataclass(frozen=True)
class LoadProgress:
    """How far loading has come."""

    stage: LoadStage
    fraction: float
    """Of this stage, 0 to 1."""


@dataclass(frozen=True)
class DevicePlacement:
    """Where one half of the model runs; `on_device` of `total` units are there."""

    device: str
    """Such as `CPU`, `CUDA0`, `Vulkan0`."""
    backend: str
    """Such as `CPU`, `CUDA`, `Vulkan`."""
    on_device: int
    total: int
    unit: str
    """`layers` for language; `operations` for vision, counted while it encodes."""


@dataclass(frozen=True)
class Placement:
    """Where the model runs; `vision` is None without a projector."""

    language: DevicePlacement
    vision: DevicePlacement | None


@dataclass(frozen=True)
class ModelInfo:
    """A loaded model in figures; names come from its file and are not trusted."""

    name: str
    pair: ModelPair
    architecture: str
    parameters: int
    size_bytes: int
    """Of the tensors of the language model."""
    context_size: int
    """Tokens that a conversation may take here."""
    trained_context: int
    vocabulary_size: int
    sees: bool
    """Whether it has a projector for pictures."""
    template: str
    """Where the chat template is from: `model`, `vicuna` or `chatml`."""
    placement: Placement
    load_ms: float


@dataclass(frozen=True)
class DeviceInfo:
    """A device that the engine could run on; memory in bytes."""

    name: str
    description: str
    backend: str
    kind: str
    """`cpu`, `gpu`, `integrated` or `accelerator`."""
    memory_free: int
    memory_total: int
