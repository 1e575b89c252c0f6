"""The tests that need a GPU, on an engine whose backends are plug-ins."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import engine_environment
import environment
import system_libraries
import vulkan_headers
from engine_wheel import cache_folder
from environment import PYTHON, UnavailableError

INSTALLED = "installed"
"""Stands for the engine in `.venv`, with whatever CMAKE_ARGS gave it."""
SOFTWARE_GPU = ("libvulkan1", "mesa-vulkan-drivers")
SLOW_SHADERS = ("-o", "faulthandler_timeout=900")


def run(backend: str, pytest_arguments: list[str]) -> None:
    """Build what is missing, then test; ends us with a sentence where a test fails.

    Ends us with UNAVAILABLE where the machine lacks what the tests take.
    """
    try:
        python = PYTHON if backend == INSTALLED else engine_environment.prepare(backend)
        extra = _software_gpu() if backend == "vulkan" and not _finds_gpu(python) else {}
    except UnavailableError as error:
        environment.give_up(str(error), environment.UNAVAILABLE)
    environment.say("tests on the GPU ...")
    tests = ["-m", "pytest", "tests/gpu", "--gpu", *SLOW_SHADERS, *pytest_arguments]
    result = subprocess.run(
        [str(python), *tests], cwd=environment.ROOT, env={**os.environ, **extra}, check=False
    )
    if result.returncode != 0:
        environment.give_up("failed: tests on the GPU")
    environment.say("all tests on the GPU passed")


def _finds_gpu(python: Path) -> bool:
    """Ask the engine: a GPU that it cannot use, or whose driver crashes, is none."""
    devices = [str(python), "-m", "perhaps", "devices", "--json"]
    told = subprocess.run(devices, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        return False
    return any(device["kind"] in {"gpu", "integrated"} for device in json.loads(told.stdout))


def _software_gpu() -> dict[str, str]:
    """Have Vulkan compute on the CPU, and keep the shaders it compiles: they take minutes."""
    system_libraries.ensure_packages(*SOFTWARE_GPU)
    drivers = [str(path) for path in sorted(Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))]
    if not drivers:
        raise UnavailableError("Mesa's lavapipe, a GPU made of software, is not installed.")
    cache = cache_folder()
    return {
        # Software devices count only where they are asked for.
        "GGML_VK_VISIBLE_DEVICES": "0",
        "VK_ICD_FILENAMES": os.pathsep.join(drivers),  # of loaders before 1.3.207
        "VK_DRIVER_FILES": os.pathsep.join(drivers),
        "MESA_SHADER_CACHE_DIR": str(cache),
        "PERHAPS_VULKAN_HEADERS": str(vulkan_headers.include_folder(cache)),
    }
