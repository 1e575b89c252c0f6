"""What the engine is doing, as far as the window needs to know."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.inference.protocol import (
    DeviceInfo,
    Failure,
    LoadOptions,
    LoadProgress,
    ModelInfo,
    ModelPair,
)

if TYPE_CHECKING:
    from perhaps.state.engine_link import EngineLink


NO_FAULT_OF_FILES = ("EngineLostError", "LoadCancelledError")
"""Kinds of failures to load."""
FAULTS_OF_DEVICES = ("DeviceError", "ComputeError", "EngineLostError")
"""Kinds of failures after which the CPU may still do."""


class EnginePhase(StrEnum):
    """Whether questions can be answered."""

    absent = "absent"
    loading = "loading"
    ready = "ready"
    failed = "failed"
    lost = "lost"


class EngineState(QObject):
    """The model: none, on its way, there, refused, or lost with its host."""

    changed = Signal()
    ready = Signal(ModelInfo)
    lost = Signal(Failure)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.phase = EnginePhase.absent
        self.info: ModelInfo | None = None
        self.pair: ModelPair | None = None
        self.options = LoadOptions()
        self.devices: tuple[DeviceInfo, ...] = ()
        self.progress: LoadProgress | None = None
        self.failure: Failure | None = None
        self._connect(link)

    def load(self, pair: ModelPair, options: LoadOptions | None = None) -> None:
        """Load a pair in place of the present one."""
        self.pair = pair
        self.options = options or LoadOptions()
        self.progress = None
        self._set(EnginePhase.loading)
        self._link.load(pair, self.options)

    @property
    def can_load_again(self) -> bool:
        """Whether a model is gone by no fault of its files, so that one click may bring it back."""
        if self.pair is None:
            return False
        if self.phase is EnginePhase.failed and self.failure is not None:
            return self.failure.kind in NO_FAULT_OF_FILES
        return self.phase is EnginePhase.absent

    def load_again(self) -> None:
        """Load the pair that was there before."""
        if self.pair is not None and self.can_load_again:
            self.load(self.pair, self.options)

    def could_do_on_cpu(self, failure_kind: str) -> bool:
        """Whether the same model may do on the CPU, as what failed may be a GPU's fault."""
        uses_gpu = any(device.kind in {"gpu", "integrated"} for device in self.devices)
        on_cpu = self.options.device == self.options.vision_device == "cpu"
        is_fault = failure_kind in FAULTS_OF_DEVICES
        return self.pair is not None and uses_gpu and not on_cpu and is_fault

    def load_on_cpu(self) -> None:
        """Load the same pair where no GPU can be in the way."""
        if self.pair is not None:
            self.load(self.pair, replace(self.options, device="cpu", vision_device="cpu"))

    def cancel_load(self) -> None:
        """Give up a loading on its way."""
        if self.phase is EnginePhase.loading:
            self._link.cancel_load()

    def _connect(self, link: EngineLink) -> None:
        link.host_started.connect(self._on_host_started)
        link.host_lost.connect(self._on_host_lost)
        link.load_progressed.connect(self._on_load_progressed)
        link.model_loaded.connect(self._on_model_loaded)
        link.load_failed.connect(self._on_load_failed)
        link.model_unloaded.connect(self._on_model_unloaded)
        link.devices_listed.connect(self._on_devices_listed)

    def _set(self, phase: EnginePhase, failure: Failure | None = None) -> None:
        self.phase = phase
        self.failure = failure
        if phase is not EnginePhase.ready:
            self.info = None
        self.changed.emit()

    def _on_load_progressed(self, progress: LoadProgress) -> None:
        self.phase = EnginePhase.loading
        self.progress = progress
        self.changed.emit()

    def _on_model_loaded(self, info: ModelInfo) -> None:
        self.info = info
        self.pair = info.pair
        self._set(EnginePhase.ready)
        self.ready.emit(info)

    def _on_load_failed(self, failure: Failure) -> None:
        self._set(EnginePhase.failed, failure)

    def _on_model_unloaded(self) -> None:
        self._set(EnginePhase.absent)

    def _on_devices_listed(self, devices: tuple[DeviceInfo, ...]) -> None:
        self.devices = devices
        self.changed.emit()

    def _on_host_started(self) -> None:
        """After a loss the worker loads the same model again by itself."""
        self._link.list_devices()
        if self.phase is EnginePhase.lost:
            self.progress = None
            self._set(EnginePhase.loading)

    def _on_host_lost(self, failure: Failure) -> None:
        """Without a model there is nothing to wait for; of a loading, `load_failed` tells."""
        if self.phase is EnginePhase.ready:
            self._set(EnginePhase.lost, failure)
        self.lost.emit(failure)
