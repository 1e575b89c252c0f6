"""How much of all that was asked was known already, how full the batches and the queue were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import OURS
from perhaps.bench.results import Row, ratio
from perhaps.bench.rows.memory import held

if TYPE_CHECKING:
    from perhaps.bench.contract import AskTimes
    from perhaps.bench.measuring import Bench

MB = 1_000_000
CROWD = 24
"""Questions at once: half as many again as the engine computes together."""
TOKENS = 16
"""Of each answer."""


def rows(bench: Bench) -> list[Row]:
    """Take what the engine counted during the whole bench; then crowd it, and start it anew."""
    counted = bench.programs[OURS].statistics()
    return [
        *_counts(counted),
        *held(bench, OURS, "at the end", kv_beside=int(counted["parked_bytes"])),
        _queue(bench),
        *(_on_disk(bench) if bench.setup.projector else ()),
    ]


def _counts(counted: dict[str, float]) -> list[Row]:
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
    return [Row(what, OURS, unit, (value,)) for (what, unit), value in figures.items()]


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _queue(bench: Bench) -> Row:
    questions = [Question(f"What is {number}?") for number in range(CROWD)]
    taken = bench.alternate(
        "Queue", {OURS: lambda program, _: program.ask(*questions, max_tokens=TOKENS)}
    )
    lengths = tuple(float(times.waiting or 0) for times in taken[OURS])
    return Row(f"longest queue, {CROWD} questions at once", OURS, "answers", lengths)


def _on_disk(bench: Bench) -> list[Row]:
    """Have pictures encoded and kept on disk, start anew, and ask about them again."""
    bench.tell("Pictures on disk")
    program = bench.programs[OURS]
    keeping = replace(bench.setup, embeddings=str(bench.folder / "embeddings"))
    questions = [Question("What is it?", bench.new_picture()) for _ in range(bench.rounds)]
    program.restart(keeping)
    cold = [program.ask(question) for question in questions]
    program.restart(keeping)
    warm = [program.ask(question) for question in questions]
    counted = program.statistics()
    found = _part(
        counted["pictures_on_disk"], counted["pictures_encoded"] + counted["pictures_known"]
    )
    what = "first token, picture found on disk"
    return [
        Row("pictures found on disk", OURS, "of 1", (found,)),
        Row(what, OURS, "ms", _waits(warm)),
        ratio(f"{what} ÷ new picture", OURS, _waits(warm), _waits(cold)),
    ]


def _waits(asked: list[AskTimes]) -> tuple[float, ...]:
    return tuple(times.answers[0].first_token_ms for times in asked)
