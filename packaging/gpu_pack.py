"""A folder with everything that pip takes, for a machine that reaches no package registry."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

import environment
from environment import PYTHON, fetch, llama_requirement, say

LLAMA = "vendor/llama.cpp"
NOT_NEEDED = (
    ".git",
    *(f"{LLAMA}/{folder}" for folder in ("benches", "docs", "models", "tools/ui")),
)
"""Of the source distribution: nine tenths of its size."""
OLDEST_GLIBC, NEWEST_GLIBC = 5, 36
"""Minor versions that packages are published for."""


def surroundings(folder: Path) -> dict[str, str]:
    """Give the environment variables with which pip takes all from the folder."""
    if not folder.is_dir():
        environment.give_up(f"there is no folder {folder}; fill it with --pack.")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


def fill(folder: Path, python: str | None) -> None:
    """Fetch all packages for a version of Python, this one's unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    environment.make_venv()
    say(f"fetching packages into {folder} ...")
    pip = [str(PYTHON), "-m", "pip"]
    needs = _requirements()
    if python is None:
        fetch("Python packages", [*pip, "wheel", "--quiet", "--wheel-dir", str(folder), *needs])
    else:
        _fetch_for(python, needs, folder)
    with tempfile.TemporaryDirectory() as unpacked:
        source = [*pip, "download", "--quiet", "--no-deps", "--no-binary=:all:"]
        fetch("llama.cpp", [*source, "--dest", unpacked, llama_requirement()])
        (whole,) = Path(unpacked).glob("*.tar.gz")
        slim(whole, folder / whole.name)
    size = sum(file.stat().st_size for file in folder.iterdir())
    say(f"{size / 1e6:.0f} MB; go on there with: packaging/gpu_run.sh --packed FOLDER")


def slim(whole: Path, less: Path) -> None:
    """Copy a source distribution without what no build of ours takes."""
    with tarfile.open(whole) as given, tarfile.open(less, "w:gz") as kept:
        for member in given:
            inside = member.name.partition("/")[2]
            if not any(inside == name or inside.startswith(f"{name}/") for name in NOT_NEEDED):
                kept.addfile(member, given.extractfile(member) if member.isfile() else None)


def _requirements() -> list[str]:
    """Name what is installed, what builds it, and what builds llama.cpp."""
    project = environment.project()
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *optional["build"], *optional["test"]]
    ours = llama_requirement()
    # llama-cpp-python is built there; these are its own needs.
    return [need for need in wanted if need != ours] + ["diskcache", "typing-extensions"]


def _fetch_for(python: str, needs: list[str], folder: Path) -> None:
    """Take packages of pure Python from here, where those without a wheel can be built."""
    pip = [str(PYTHON), "-m", "pip"]
    with tempfile.TemporaryDirectory() as here:
        fetch("Python packages", [*pip, "wheel", "--quiet", "--wheel-dir", here, *needs])
        for wheel in Path(here).glob("*-none-any.whl"):
            wheel.rename(folder / wheel.name)
    minors = range(OLDEST_GLIBC, NEWEST_GLIBC)
    names = [f"manylinux_2_{minor}_x86_64" for minor in minors]
    names += ["manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"]
    platforms = [f"--platform={name}" for name in names]
    download = [*pip, "download", "--quiet", "--only-binary=:all:", f"--python-version={python}"]
    where = [f"--find-links={folder}", "--dest", str(folder)]
    fetch(f"packages for Python {python}", [*download, *platforms, *where, *needs])
