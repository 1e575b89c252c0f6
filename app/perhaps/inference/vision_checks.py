"""What comparing picture encoders on GPU and CPU told, kept from run to run."""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.inference.model_facts import DeviceInfo, LoadOptions, ModelInfo, ModelPair

log = logging.getLogger(__name__)

DRIVER_LIBRARIES = ("vulkan", "cuda", "nvidia", "amdgpu", "radeon", "hip", "libze", "LLVM")
"""Parts of the names of the libraries that make up a driver."""
MOST_KEPT = 500


class VisionChecks:
    """A small file of similarities; what cannot be read or written is only compared again."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_cache_path("perhaps") / "vision-checks.json"

    def known(self, key: str) -> float | None:
        """Give the similarity that was found before."""
        value = self._read().get(key)
        return float(value) if isinstance(value, int | float) else None

    def remember(self, key: str, similarity: float) -> None:
        """Keep a similarity; the oldest ones make room."""
        kept = {**self._read(), key: similarity}
        newest = dict(list(kept.items())[-MOST_KEPT:])
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(newest), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            log.info("the comparison of picture encoders could not be kept", exc_info=True)

    def _read(self) -> dict[str, object]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}


class VisionComparison:
    """Whether one loading shall compare its picture encoder with the CPU, and what that told."""

    def __init__(self, pair: ModelPair, options: LoadOptions, device: DeviceInfo | None) -> None:
        """Take the GPU that the projector is meant for; None for the CPU."""
        self._checks = VisionChecks()
        self._device = device
        wanted = pair.projector and options.self_check
        self._key = check_key(pair, device) if device and wanted else None
        self._known = self._checks.known(self._key) if self._key else None

    @property
    def needed(self) -> bool:
        """Whether it is not known yet."""
        return self._key is not None and self._known is None

    def similarity(self, info: ModelInfo) -> float | None:
        """Give what was found now or before, and keep it; None where the encoder is elsewhere."""
        vision = info.placement.vision
        if self._key is None or self._device is None or vision is None:
            return None
        if vision.device != self._device.name:
            return None
        if info.vision_similarity is not None:
            self._checks.remember(self._key, info.vision_similarity)
            return info.vision_similarity
        return self._known


def check_key(pair: ModelPair, device: DeviceInfo) -> str:
    """Name a device with its driver, a projector, and the version of what computes."""
    projector = Path(pair.projector or "")
    status = projector.stat()
    parts = [device.name, device.description, device.backend, *driver_files()]
    parts += [projector.name, str(status.st_size), str(status.st_mtime_ns)]
    parts += [version("llama-cpp-python")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def driver_files() -> list[str]:
    """Tell the drivers in use: their libraries on Linux, the system elsewhere."""
    if sys.platform != "linux":
        return [platform.platform()]
    lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    mapped = {line.split(maxsplit=5)[5] for line in lines if line.count(" ") >= 5 and "/" in line}
    return sorted(_described(path for path in mapped if _is_of_driver(path)))


def _is_of_driver(path: str) -> bool:
    return ".so" in path and any(part in Path(path).name for part in DRIVER_LIBRARIES)


def _described(paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        try:
            status = Path(path).stat()
        except OSError:  # replaced while it was in use
            yield path
        else:
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
