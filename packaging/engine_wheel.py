"""llama.cpp with its backends as plug-ins: built once, kept as a wheel in the user's cache."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cuda_toolkit
import system_libraries
import vulkan_headers
from environment import PYTHON, SCRIPTS, UnavailableError, llama_requirement, run, say

BACKENDS = ("cpu", "vulkan", "cuda")
SHARED = (
    "-DGGML_BACKEND_DL=ON",  # plug-ins: a missing driver takes away a GPU, not the program
    "-DGGML_CPU_ALL_VARIANTS=ON",
    "-DGGML_NATIVE=OFF",
    "-DMTMD_VIDEO=OFF",  # it would start ffmpeg on pictures that it does not know
    "-DLLAMA_OPENSSL=OFF",
)
VULKAN_PACKAGES = ("glslc", "libvulkan1")


def built_wheel(backend: str) -> Path:
    """Give the wheel for a backend; builds it where this machine has none yet.

    CMAKE_ARGS of the environment are added, and belong to the key under which it is kept. Raises
    UnavailableError where the machine lacks what it takes.
    """
    chosen = [*SHARED, *shlex.split(os.environ.get("CMAKE_ARGS", ""))]
    folder = cache_folder() / _key(backend, chosen)
    wheels = sorted(folder.glob("*.whl"))
    return wheels[0] if wheels else _build(backend, [*chosen, *_own_arguments(backend)], folder)


def cache_folder() -> Path:
    """Give the folder in which builds outlive a checkout."""
    program = "import platformdirs; print(platformdirs.user_cache_path('perhaps') / 'engines')"
    answer = subprocess.run(
        [str(PYTHON), "-c", program], capture_output=True, text=True, check=True
    )
    return Path(answer.stdout.strip())


def _own_arguments(backend: str) -> list[str]:
    if backend == "vulkan":
        system_libraries.ensure_packages(*VULKAN_PACKAGES)
        if not shutil.which("glslc"):
            raise UnavailableError("The shader compiler glslc is missing; install the Vulkan SDK.")
        return ["-DGGML_VULKAN=ON", *vulkan_headers.cmake_arguments(cache_folder())]
    if backend == "cuda":
        return ["-DGGML_CUDA=ON", *cuda_toolkit.cmake_arguments(cache_folder())]
    return []


def _key(backend: str, arguments: list[str]) -> str:
    version = llama_requirement().partition("==")[2]
    machine = f"{sys.platform}-{platform.machine()}".lower()
    digest = hashlib.sha256("\n".join(arguments).encode()).hexdigest()[:8]
    return f"{version}-{backend}-{machine}-{digest}"


def _build(backend: str, arguments: list[str], folder: Path) -> Path:
    say(f"building llama.cpp for {backend}, once; some 15 minutes on 2 cores ...")
    folder.mkdir(parents=True, exist_ok=True)
    # Made beside and moved in, so that what was interrupted is never taken for whole.
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        command = [str(PYTHON), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-cache-dir"]
        command += ["--no-binary", "llama-cpp-python", "--wheel-dir", unfinished]
        path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
        run([*command, llama_requirement()], CMAKE_ARGS=shlex.join(arguments), PATH=path)
        (made,) = Path(unfinished).glob("*.whl")
        return made.rename(folder / made.name)
