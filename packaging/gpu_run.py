"""Everything that only an NVIDIA GPU can tell: build with CUDA, test, measure.

Leaves gpu.csv, a log of each step, bench.json and bench.md in a folder. What a step has built
stays, so that the next ones begin there. Where no package registry can be reached, `--packed` takes
everything from a folder that `--pack` filled on a machine that reaches one.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import cuda_toolkit
import environment
import gpu_pack
from engine_wheel import cache_folder
from environment import PYTHON, ROOT, Command, UnavailableError, give_up, say

QUERY = "name,driver_version,compute_cap,memory.total"
ANOTHER_GPU = "9.0"
"""Stands for the GPU that is missing where a dry run only shows the commands."""


def steps(out: Path) -> dict[str, Command]:
    """Name every step and its command."""
    perhaps = [str(PYTHON), "-m", "perhaps"]
    return {
        "build": [sys.executable, "packaging/start.py", "devices"],
        # Linked, not plugged in: so llama-cpp-python, which bench compares with, is built likewise.
        "test": [sys.executable, "packaging/test.py", "--gpu=installed"],
        "bench": [*perhaps, "bench", "--shape", "7b", "--out", str(out)],
    }


def capability(out: Path) -> str:
    """Note which GPUs there are, and give the architecture of the first; ends us without one."""
    if not shutil.which("nvidia-smi"):
        give_up("there is no NVIDIA GPU here, or no driver for it: nvidia-smi is missing.")
    query = ["nvidia-smi", f"--query-gpu={QUERY}", "--format=csv"]
    told = subprocess.run(query, capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines()
    if told.returncode != 0 or len(lines) < 2:
        give_up(f"there is no NVIDIA GPU here: {(told.stdout + told.stderr).strip()}")
    (out / "gpu.csv").write_text(told.stdout, encoding="utf-8")
    return lines[1].split(", ")[2]


def surroundings(compute_capability: str, packed: Path | None) -> dict[str, str]:
    """Give the environment variables of all steps; raises UnavailableError."""
    architecture = compute_capability.replace(".", "")
    arguments = [
        "-DGGML_CUDA=ON",
        # For the very GPU that is there: all architectures together take hours.
        f"-DCMAKE_CUDA_ARCHITECTURES={architecture}-real",
        *cuda_toolkit.cmake_arguments(cache_folder()),
        *shlex.split(os.environ.get("CMAKE_ARGS", "")),
    ]
    return {
        "CMAKE_ARGS": shlex.join(arguments),
        **(gpu_pack.surroundings(packed) if packed else {}),
    }


def run(name: str, command: Command, variables: dict[str, str], log: Path) -> None:
    """Run a step, and show and keep what it says; ends us where it fails."""
    say(f"{name} ...")
    where = {**os.environ, **variables}
    with (
        log.open("wb") as file,
        subprocess.Popen(
            command, cwd=ROOT, env=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            sys.stderr.buffer.write(line)
            sys.stderr.flush()
            file.write(line)
    if process.returncode != 0:
        give_up(f"failed: {name}; see {log}")


def main() -> None:
    """Do what the arguments ask for."""
    wish = _arguments()
    try:
        if wish.pack:
            gpu_pack.fill(wish.pack.resolve(), wish.python)
        else:
            _run_steps(wish)
    except UnavailableError as error:
        give_up(str(error), environment.UNAVAILABLE)


def _run_steps(wish: argparse.Namespace) -> None:
    out = wish.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    compute_capability = ANOTHER_GPU if wish.dry_run else capability(out)
    environment.make_venv()
    variables = surroundings(compute_capability, wish.packed and wish.packed.resolve())
    wanted = {name: command for name, command in steps(out).items() if name in wish.only}
    if wish.dry_run:
        set_up = [f"{key}={value}" for key, value in variables.items()]
        print(*(shlex.join(["env", *set_up, *command]) for command in wanted.values()), sep="\n")
        return
    for name, command in wanted.items():
        run(name, command, variables, out / f"{name}.log")
    say(f"results: {out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gpu_run.sh", description=__doc__.splitlines()[0])
    names = list(steps(Path()))
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gpu-run", metavar="FOLDER")
    parser.add_argument("--only", choices=names, nargs="+", default=names)
    parser.add_argument(
        "--dry-run", action="store_true", help="show the commands, for which a GPU may be missing"
    )
    parser.add_argument("--packed", type=Path, metavar="FOLDER", help="take packages from there")
    parser.add_argument("--pack", type=Path, metavar="FOLDER", help="put packages there, no more")
    parser.add_argument("--python", metavar="3.12", help="of the machine that is packed for")
    return parser.parse_args()


if __name__ == "__main__":
    main()
