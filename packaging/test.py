"""`python3 packaging/test.py`: set up what is missing, then run every check.

Arguments go to pytest: `test.py -k starter`, `test.py --slow`. With `--gpu` only the tests that
need a GPU run, on an engine with plug-ins; where there is none, on Mesa's lavapipe, which computes
on the CPU. `--gpu=cuda` builds for NVIDIA, `--gpu=installed` takes the engine that `.venv` has.
With `--with-gpu` they run after all others, where time is left and the machine has what they take.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import bounded
import environment
import gpu_tests
import system_libraries
from environment import ROOT, SCRIPTS

STARTED = time.monotonic()
GPU_LIMITS = bounded.Limits(latest_start=28 * 60, duration=25 * 60)


def checks(pytest_arguments: list[str]) -> dict[str, list[str]]:
    """Name every check and its command, quick ones first."""
    cpp = "build/engine-tests"
    return {
        "ruff": ["ruff", "check"],
        "ruff format": ["ruff", "format", "--check"],
        "import-linter": ["lint-imports"],
        "mypy": ["mypy"],
        "C++ configuration": ["cmake", "-S", "engine", "--preset", "tests"],
        "C++ build": ["cmake", "--build", cpp],
        "C++ tests": ["ctest", "--test-dir", cpp, "--output-on-failure"],
        "pytest": ["pytest", *pytest_arguments],
    }


def passes(name: str, command: list[str]) -> bool:
    """Run one check with the tools of `.venv`."""
    environment.say(f"{name} ...")
    paths = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    tool = shutil.which(command[0], path=paths) or command[0]
    result = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, env={**os.environ, "PATH": paths}, check=False
    )
    return result.returncode == 0


def gpu_backend(arguments: list[str]) -> str | None:
    """Tell which backend to test, if any, and take the wish out of the arguments."""
    for argument in arguments:
        if argument == "--gpu" or argument.startswith("--gpu="):
            arguments.remove(argument)
            return argument.partition("=")[2] or "vulkan"
    return None


def takes(arguments: list[str], wish: str) -> bool:
    """Tell whether a wish is among the arguments, and take it out."""
    wished = wish in arguments
    if wished:
        arguments.remove(wish)
    return wished


def main() -> None:
    """Set up, run every check, and tell which failed."""
    arguments = sys.argv[1:]
    with_gpu = takes(arguments, "--with-gpu")
    backend = gpu_backend(arguments)
    system_libraries.ensure(for_tests=True)
    environment.prepare(extras=("test",))
    if backend:
        gpu_tests.run(backend, arguments)
        return
    failed = [name for name, command in checks(arguments).items() if not passes(name, command)]
    if failed:
        environment.give_up(f"failed: {', '.join(failed)}")
    if with_gpu:
        on_gpu = [sys.executable, __file__, "--gpu", "--exitfirst"]
        gone = time.monotonic() - STARTED
        bounded.run("the tests on the GPU", on_gpu, gone, GPU_LIMITS)
    environment.say("all checks passed")


if __name__ == "__main__":
    main()
