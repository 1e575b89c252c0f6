"""What a program takes beyond what the model must take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
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
    """Take what all programs hold after a picture; nothing where the system does not tell."""
    picture = bench.new_picture() if bench.setup.projector else None
    asked = bench.alternate(
        WHAT,
        dict.fromkeys(PROGRAMS, lambda p, _: p.ask(Question("What?", picture), max_tokens=16)),
    )
    return [row for name in asked for row in held(bench, name, "after a picture")]


def held(bench: Bench, name: str, when: str, kv_beside: int = 0) -> list[Row]:
    """Take what a program holds now; `kv_beside` are its bytes of KV outside the context."""
    resident = bench.programs[name].resident_bytes()
    if resident == 0:
        return []
    beyond = (resident - _weights_and_cache(bench) - kv_beside) / MB
    bar = at_most(250) if name == OURS else None
    return [
        Row(f"resident memory {when}", name, "MB", (resident / MB,)),
        Row(f"resident memory beyond weights and KV {when}", name, "MB", (beyond,), bar),
    ]


def _weights_and_cache(bench: Bench) -> int:
    model = read_gguf(Path(bench.setup.model))
    needed = model.tensor_bytes + kv_cache_bytes(model, bench.setup.context_size)
    if bench.setup.projector:
        needed += read_gguf(Path(bench.setup.projector)).tensor_bytes
    return needed
