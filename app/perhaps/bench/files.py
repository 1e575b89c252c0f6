"""Which files are measured, and with which of the programs beside ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from perhaps.errors import RequestError
from perhaps.inference.protocol import ModelPair
from perhaps.paths import PACKAGE

CHECKOUT = PACKAGE.parents[1]
MAKE_PAIR = (
    "import sys; from tests.helpers.model_maker import cached_pair; "
    "print(*cached_pair(sys.argv[1]), sep='\\n')"
)
BARE_LOOP = CHECKOUT / "build" / "engine-benchmarks" / "benchmarks"


def pair_of_shape(shape: str) -> ModelPair:
    """Give the test models of a shape, made on first use; only a checkout can make them."""
    if not (CHECKOUT / "tests" / "helpers" / "model_maker.py").is_file():
        raise RequestError(
            "--shape needs the source code of Perhaps, whose tests make the models; "
            "name files with --model and --projector."
        )
    made = subprocess.run(
        [sys.executable, "-c", MAKE_PAIR, shape],
        cwd=CHECKOUT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if made.returncode:
        reason = made.stderr.strip().splitlines()[-1]
        raise RequestError(f"The models of the shape “{shape}” cannot be made ({reason}).")
    model, projector = made.stdout.splitlines()
    return ModelPair(model, projector)


def built_bare_loop() -> str | None:
    """Give the program of engine/benchmarks; None where it was not built."""
    path = BARE_LOOP / ("bare_loop.exe" if os.name == "nt" else "bare_loop")
    return str(path) if path.is_file() else None


def has_package(python: str, name: str) -> bool:
    """Whether an interpreter can import a package; never tried in this process."""
    tried = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
    return tried.returncode == 0


def processor() -> str:
    """Give the name of the processor, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        import platform

        return platform.processor() or platform.machine()
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), "")
