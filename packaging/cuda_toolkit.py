"""NVIDIA's compiler and cuBLAS, beside the system where it lacks one of them, and never in it.

NVIDIA publishes both as Python packages. Whoever has a package that computes on its GPUs has
cuBLAS already, so that even without a network only the compiler must be there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from environment import PYTHON, UnavailableError, fetch, say

RELEASE = "13.0"
"""Of the compiler that is fetched; newer ones need newer drivers."""
OLDEST_DRIVER = 580
"""Of that release."""
COMPILER = ("nvidia-cuda-nvcc", "nvidia-cuda-crt", "nvidia-nvvm")
RUNTIME = ("nvidia-cuda-runtime", "nvidia-cuda-cccl")
USUAL_PLACE = Path("/usr/local/cuda")


def cmake_arguments(cache: Path) -> list[str]:
    """Tell CMake where the compiler, cuBLAS and the driver are; they are fetched where needed.

    Raises UnavailableError where they cannot be had.
    """
    compiler = _installed_compiler() or _fetched_compiler(cache)
    arguments = [f"-DCMAKE_CUDA_COMPILER={compiler}", *_cublas_arguments(compiler, cache)]
    driver = _driver()
    if driver:
        return [*arguments, f"-DCUDA_cuda_driver_LIBRARY={driver}"]
    if _has_stub(compiler):
        return arguments
    say("no driver of NVIDIA here to link with: the engine will manage GPU memory in a simpler way")
    return [*arguments, "-DGGML_CUDA_NO_VMM=ON"]


def _installed_compiler() -> Path | None:
    named = [Path(os.environ[name]) for name in ("CUDA_HOME", "CUDA_PATH") if name in os.environ]
    places = [folder / "bin" for folder in (*named, USUAL_PLACE)]
    path = os.pathsep.join(map(str, [*places[:-1], os.environ.get("PATH", ""), places[-1]]))
    found = shutil.which("nvcc", path=path)
    return Path(found) if found else None


def _fetched_compiler(cache: Path) -> Path:
    _require_driver()
    root = _fetched(cache, f"cuda-{RELEASE}", RELEASE, (*COMPILER, *RUNTIME)) / "cu13"
    return root / "bin" / "nvcc"


def _require_driver() -> None:
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    if not shutil.which(query[0]):
        return
    version = subprocess.run(query, capture_output=True, text=True, check=False).stdout.strip()
    major = version.partition(".")[0]
    if major.isdigit() and int(major) < OLDEST_DRIVER:
        raise UnavailableError(
            f"There is no nvcc here, and the one that can be fetched (CUDA {RELEASE}) needs driver "
            f"{OLDEST_DRIVER} or newer instead of {version}; update the driver, or install the "
            "CUDA toolkit that suits it."
        )


def _fetched(cache: Path, name: str, release: str, packages: tuple[str, ...]) -> Path:
    """Give the folder of NVIDIA's packages; made whole under another name, so never half."""
    folder = cache / name
    if not folder.is_dir():
        unfinished = cache / f"{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        wanted = [f"{package}=={release}.*" for package in packages]
        say(f"fetching {' '.join(wanted)} ...")
        fetch("the CUDA toolkit of NVIDIA", [*pip, "--target", str(unfinished), *wanted])
        for root in (unfinished / "nvidia").iterdir():
            complete(root)
        unfinished.rename(folder)
    return folder / "nvidia"


def complete(root: Path) -> None:
    """Add the links that the compiler and the linker look for, which wheels cannot hold."""
    if not (root / "lib").is_dir():
        return
    (root / "lib64").symlink_to("lib")
    for library in (root / "lib").glob("lib*.so.*"):
        link = library.with_name(library.name.partition(".so")[0] + ".so")
        if not link.exists():
            link.symlink_to(library.name)


def _cublas_arguments(compiler: Path, cache: Path) -> list[str]:
    if any((folder / "cublas_v2.h").is_file() for folder in _include_folders(compiler)):
        return []
    release = _release(compiler)
    root = _beside_python(release) or _fetched_cublas(cache, release)
    (library,) = (root / "lib").glob("libcublas.so.[0-9]*")
    # Such folders may hold headers of the compiler, too: its own come first.
    return [f"-DCUDA_cublas_LIBRARY={library}", f"-DCMAKE_CUDA_FLAGS=-isystem {root / 'include'}"]


def _beside_python(release: str) -> Path | None:
    """Find cuBLAS among the packages of the Python that runs this."""
    major = release.partition(".")[0]
    for folder in map(Path, sys.path):
        for root in (folder / "nvidia" / f"cu{major}", folder / "nvidia" / "cublas"):
            if (root / "lib" / f"libcublas.so.{major}").is_file():
                return root
    return None


def _fetched_cublas(cache: Path, release: str) -> Path:
    major = release.partition(".")[0]
    package = "nvidia-cublas" if int(major) >= 13 else f"nvidia-cublas-cu{major}"
    folder = _fetched(cache, f"cublas-{release}", release, (package,))
    return next(root for root in folder.iterdir() if (root / "include" / "cublas_v2.h").is_file())


def _release(compiler: Path) -> str:
    found = re.search(r"release (\d+\.\d+)", _told(compiler, "--version"))
    if not found:
        raise UnavailableError(f"{compiler} does not tell its version; install the CUDA toolkit.")
    return found[1]


def _root(compiler: Path) -> Path:
    """Give the toolkit of a compiler, which may be a script that calls the real one."""
    found = re.search(r"^#\$ TOP=(.*)$", _told(compiler, "--dryrun", "-x", "cu", os.devnull), re.M)
    return Path(found[1]).resolve() if found else compiler.parents[1]


def _told(compiler: Path, *arguments: str) -> str:
    command = [str(compiler), *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return told.stdout + told.stderr


def _include_folders(compiler: Path) -> list[Path]:
    root = _root(compiler)
    return [root / "include", *root.glob("targets/*/include"), Path("/usr/include")]


def _has_stub(compiler: Path) -> bool:
    root = _root(compiler)
    places = ("lib64/stubs", "lib/stubs", "targets/*/lib/stubs", "lib/x64")
    names = ("libcuda.so", "cuda.lib")
    return any(next(root.glob(f"{place}/{name}"), None) for place in places for name in names)


def _driver() -> Path | None:
    """Find the driver's own library, for it may have no link of the name that linkers ask for."""
    name = "libcuda.so.1"
    folders = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    for folder in (*filter(None, folders), "/usr/local/nvidia/lib64"):
        if Path(folder, name).is_file():
            return Path(folder, name)
    tool = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    listed = _told(Path(tool), "-p") if tool else ""
    found = re.search(rf"{re.escape(name)} \(libc6,(?:x86-64|AArch64).* => (\S+)", listed)
    return Path(found[1]) if found else None
