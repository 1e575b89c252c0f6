"""What a program takes beyond what the model must take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.bench.measuring import (
    LLAMA_CPP_PYTHON,
    LLAMA_SERVER,
    OURS,
    THROUGH_HOST,
)
from perhaps.bench.results import Row, at_most
from perhaps.library.gguf_file import read_gguf
from perhaps.library.memory_estimate import kv_cache_bytes

if TYPE_CHECKING:
    from perhaps.bench.measuring import Bench

WHAT = "Memory"
PROGRAMS = (OURS, THROUGH_HOST, LLAMA_CPP_PYTHON, LLAMA_SERVER)
MB = 1_000_000


def rows(bench: Bench) -> list[Row]:
    """Take what all programs hold after some answers; nothing where the system does not tell."""
    needed = _weights_and_cache(bench)
    result = []
    for name in PROGRAMS:
        if not bench.has(name):
            continue
        bench.tell(f"{WHAT}: {name}")
        resident = bench.programs[name].resident_bytes()
        if resident == 0:
            continue
        bar = at_most(250) if name == OURS else None
        beyond = (resident - needed) / MB
        result += [
            Row("resident memory", name, "MB", (resident / MB,)),
            Row("resident memory beyond weights and KV", name, "MB", (beyond,), bar),
        ]
    return result


def _weights_and_cache(bench: Bench) -> int:
    model = read_gguf(Path(bench.setup.model))
    needed = model.tensor_bytes + kv_cache_bytes(model, bench.setup.context_size)
    if bench.setup.projector:
        needed += read_gguf(Path(bench.setup.projector)).tensor_bytes
    return needed
