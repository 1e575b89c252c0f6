"""What is loaded, how, and where it runs; a part of the contract in `protocol`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CPU = "CPU"
"""The name of the device that is always there."""


@dataclass(frozen=True)
class ModelPair:
    """A language model and, where it can see, its projector (file paths)."""

    model: str
    projector: str | None = None


@dataclass(frozen=True)
class LoadOptions:
    """Where and how large; the defaults suit the machine."""

    device: str = "auto"
    """Of the language model: `auto`, `gpu`, `cpu`, a backend such as `cuda`, or a device's name."""
    vision_device: str = "auto"
    """Of the projector, likewise; the first of several."""
    gpu_layers: int = -1
    """Layers of the language model on its device; -1 for as many as fit."""
    gpu_memory: int = 0
    """Bytes of each GPU to use; 0 for what is free."""
    self_check: bool = True
    """Compare a picture encoder on a GPU with the CPU, once for each device, driver and model."""
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
    comparison = "comparison"
    """Of the picture encoder on GPU and CPU; see `LoadOptions.self_check`."""
    warm_up = "warm_up"


@dataclass(frozen=True)
class LoadProgress:
    """How far loading has come."""

    stage: LoadStage
    fraction: float
    """Of this stage, 0 to 1."""


class PlacementReason(StrEnum):
    """Why a half of the model is where it is."""

    best = "best"
    """All of it is on GPUs, or there is none."""
    asked = "asked"
    """The options want it on the CPU."""
    memory = "memory"
    """The GPUs have too little."""
    unsupported = "unsupported"
    """Their backend cannot compute all of its operations."""


@dataclass(frozen=True)
class DeviceShare:
    """The units that one device does."""

    device: str
    units: int


@dataclass(frozen=True)
class DevicePlacement:
    """Where one half of the model runs; `on_device` of `total` units are there."""

    device: str
    """The GPU that does most, such as `CUDA0` or `Vulkan0`; else `CPU`."""
    backend: str
    """Such as `CPU`, `CUDA`, `Vulkan`."""
    on_device: int
    total: int
    unit: str
    """`layers` for language, `operations` for vision; both counted while they compute."""
    reason: PlacementReason = PlacementReason.best
    shares: tuple[DeviceShare, ...] = ()
    """Of all devices, GPUs first."""

    @property
    def on_cpu(self) -> int:
        """Units that the CPU does."""
        if not self.shares:
            return self.on_device if self.device == CPU else self.total - self.on_device
        return sum(share.units for share in self.shares if share.device == CPU)


@dataclass(frozen=True)
class Placement:
    """Where the model runs; `vision` is None without a projector."""

    language: DevicePlacement
    vision: DevicePlacement | None


@dataclass(frozen=True)
class MemoryUse:
    """What a pair takes of one device, in bytes: weights, KV cache and compute buffers."""

    device: str
    available: int
    """Before the loading; 0 for the host, which is not limited."""
    wanted: int
    """To have all of it there."""
    planned: int
    """For the part that was chosen, laid out without allocating it."""
    taken: int
    """When it was loaded."""


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
    gpus: tuple[str, ...] = ()
    """That this machine has."""
    memory: tuple[MemoryUse, ...] = ()
    """GPUs that were considered, then the host."""
    memory_estimate: int = 0
    """Bytes of all devices that the check told before the loading."""
    vision_similarity: float | None = None
    """Cosine of a built-in picture's embeddings on GPU and CPU; None where nothing was compared."""
    notes: tuple[str, ...] = ()
    """A sentence each: what does not run where it would be fastest, why, and what helps."""
    fell_back: bool = False
    """Whether the notes tell of more than what was asked for."""


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
