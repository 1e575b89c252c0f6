"""How much of all that was asked was known already, and how full the batches were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.bench.measuring import OURS
from perhaps.bench.results import Row
from perhaps.bench.rows.memory import held

if TYPE_CHECKING:
    from perhaps.bench.measuring import Bench

MB = 1_000_000


def rows(bench: Bench) -> list[Row]:
    """Take what the engine counted during the whole bench."""
    counted = bench.programs[OURS].statistics()
    figures = {
        ("prompt tokens found in the KV cache", "of 1"): _part(
            counted["cached_tokens"], counted["prompt_tokens"]
        ),
        ("tokens in a batch", ""): _part(counted["batch_tokens"], counted["batches"]),
        ("time of a batch", "ms"): _part(counted["batch_ms"], counted["batches"]),
        ("time of an encoding", "ms"): _part(counted["encode_ms"], counted["pictures_encoded"]),
        ("pictures encoded", ""): counted["pictures_encoded"],
        ("pictures known from before", ""): counted["pictures_known"],
        ("embeddings kept", "MB"): counted["embedding_bytes"] / MB,
        ("prefixes kept beside the KV cache", "MB"): counted["parked_bytes"] / MB,
    }
    counts = [Row(what, OURS, unit, (value,)) for (what, unit), value in figures.items()]
    return [*counts, *held(bench, OURS, "at the end", kv_beside=int(counted["parked_bytes"]))]


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
