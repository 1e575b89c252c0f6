"""The whole bench: start the programs, measure, end them."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.bench import files
from perhaps.bench.contract import Setup
from perhaps.bench.measuring import (
    BARE_LOOP,
    LLAMA_CPP_PYTHON,
    LLAMA_SERVER,
    OURS,
    THROUGH_HOST,
    Bench,
)
from perhaps.bench.program import Program
from perhaps.bench.results import Row
from perhaps.bench.rows import first_token, generation, memory, on_gpu, parallel, prefill, reuse
from perhaps.errors import RequestError
from perhaps.inference.protocol import ModelPair
from perhaps.library.gguf_file import read_gguf

if TYPE_CHECKING:
    from collections.abc import Callable

CONTEXT_SIZE = 4608
"""Tokens: a prompt of 4 096, and room for its answer."""
PEERS = {LLAMA_CPP_PYTHON: "llama_cpp", LLAMA_SERVER: "xllamacpp"}
# The memory comes first, when all programs have done the same; what is left of the long prompt
# in the KV cache could slow the others down, so it comes late.
FAMILIES = {
    "memory": memory.rows,
    "generation": generation.rows,
    "first-token": first_token.rows,
    "parallel": parallel.rows,
    "on-gpu": on_gpu.rows,
    "prefill": prefill.rows,
    "reuse": reuse.rows,
}
TAKE_PICTURES = {"first-token", "parallel"}


@dataclass(frozen=True)
class Wish:
    """What a person wants to be measured."""

    pair: ModelPair
    rounds: int
    peers: bool
    families: tuple[str, ...] = tuple(FAMILIES)
    peer_python: str = sys.executable


@dataclass(frozen=True)
class BenchResult:
    """What was measured, on what, and who could not take part."""

    rows: tuple[Row, ...]
    builds: dict[str, str]
    """The programs that took part, and what each says of itself."""
    absent: dict[str, str]
    """The programs that did not, and why."""
    machine: dict[str, str]


def run_bench(wish: Wish, tell: Callable[[str], None]) -> BenchResult:
    """Measure everything; raises PerhapsError where a program fails."""
    families = _families(wish)
    setup = _setup(wish.pair)
    modules, absent = _who_takes_part(setup, wish)
    load_before, start = _load_average(), datetime.now(UTC)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="perhaps-bench-")))
        bench = Bench(setup, wish.rounds, folder, tell, absent=absent)
        for name, module in modules.items():
            python = wish.peer_python if name in PEERS else sys.executable
            program = stack.enter_context(closing(Program(name, module, python)))
            bench.admit(program, is_peer=name in PEERS)
        rows = tuple(row for name in families for row in FAMILIES[name](bench))
        builds = {name: program.build for name, program in bench.programs.items()}
    machine = {
        "processor": files.processor(),
        "threads": str(setup.threads),
        "model": Path(setup.model).name,
        "rounds": str(wish.rounds),
        "started": start.isoformat(timespec="seconds"),
        "load average before": load_before,
        "load average after": _load_average(),
    }
    return BenchResult(rows, builds, absent, machine)


def _families(wish: Wish) -> list[str]:
    unknown = set(wish.families) - set(FAMILIES)
    if unknown:
        raise RequestError(
            f"There is nothing named “{min(unknown)}” to measure; there are: {', '.join(FAMILIES)}."
        )
    wanted = [name for name in FAMILIES if name in wish.families]
    return [name for name in wanted if wish.pair.projector or name not in TAKE_PICTURES]


def _setup(pair: ModelPair) -> Setup:
    model = read_gguf(Path(pair.model))
    trained = model.number(f"{model.text('general.architecture')}.context_length")
    return Setup(
        model=str(Path(pair.model).resolve()),
        projector=str(Path(pair.projector).resolve()) if pair.projector else None,
        threads=os.cpu_count() or 1,
        context_size=min(CONTEXT_SIZE, trained or CONTEXT_SIZE),
        bare_loop=files.built_bare_loop(),
    )


def _who_takes_part(setup: Setup, wish: Wish) -> tuple[dict[str, str], dict[str, str]]:
    modules = {OURS: "in_process", THROUGH_HOST: "through_host"}
    absent = {}
    if setup.bare_loop:
        modules[BARE_LOOP] = "bare_loop"
    else:
        absent[BARE_LOOP] = "not built (cmake --preset benchmarks in engine/)"
    for name, package in PEERS.items():
        if not wish.peers:
            absent[name] = "not wanted"
        elif files.has_package(wish.peer_python, package):
            modules[name] = name.replace("-", "_")
        else:
            absent[name] = "not installed (pip install 'perhaps[bench]')"
    return modules, absent


def _load_average() -> str:
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return " ".join(f"{load:.2f}" for load in os.getloadavg())
