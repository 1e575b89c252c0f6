"""How long a person waits for the first word about a picture."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import LLAMA_CPP_PYTHON, LLAMA_SERVER, OURS, THROUGH_HOST
from perhaps.bench.results import Row, at_most, ratio

if TYPE_CHECKING:
    from perhaps.bench.contract import AskTimes
    from perhaps.bench.measuring import Bench
    from perhaps.bench.program import Program

WHAT = "First token"
PROGRAMS = (OURS, THROUGH_HOST, LLAMA_CPP_PYTHON, LLAMA_SERVER)
TYPING_SECONDS = 2.0
STAGES = ("image_decode", "image_encode", "image_prefill", "text_prefill")

Times = dict[str, list["AskTimes"]]


def rows(bench: Bench) -> list[Row]:
    """Measure a new picture, the same one again, and one that was prepared."""
    taken = bench.alternate(WHAT, dict.fromkeys(PROGRAMS, lambda p, _: _conversation(bench, p)))
    cold, second, other = (
        {name: [times[i] for times in rounds] for name, rounds in taken.items()} for i in range(3)
    )
    prepared = bench.alternate(
        "First token after a drop",
        dict.fromkeys((OURS, THROUGH_HOST), lambda p, _: _after_typing(bench, p)),
    )
    return [
        *_waits("first token, new picture", cold),
        *_stages(cold[OURS]),
        *_waits("first token, second question on the same picture", second),
        *_waits("first token, same picture in another conversation", other),
        *_waits("first token after a drop and 2 s of typing", prepared),
        *_second_against_peers(second),
        *_prepared_against_peers(prepared, cold),
        _encodes(other),
    ]


def _conversation(bench: Bench, program: Program) -> list[AskTimes]:
    picture = bench.new_picture()
    return [
        program.ask(Question("What is it?", picture)),
        program.ask(Question("How many objects are there to the left?", picture)),
        program.ask(Question("Describe it.", picture, system="You are an assistant.")),
    ]


def _after_typing(bench: Bench, program: Program) -> AskTimes:
    question = Question("What is it?", bench.new_picture())
    program.prepare(question)
    time.sleep(TYPING_SECONDS)
    return program.ask(question)


def _wait_of(times: list[AskTimes]) -> list[float]:
    return [each.answers[0].first_token_ms for each in times]


def _waits(what: str, taken: Times) -> list[Row]:
    return [Row(what, name, "ms", tuple(_wait_of(times))) for name, times in taken.items()]


def _stages(cold: list[AskTimes]) -> list[Row]:
    return [
        Row(
            f"new picture: {stage.replace('_', ' ')}",
            OURS,
            "ms",
            tuple(times.answers[0].stages_ms[stage] for times in cold),
        )
        for stage in STAGES
    ]


def _second_against_peers(second: Times) -> list[Row]:
    bars = {LLAMA_CPP_PYTHON: at_most(0.20), LLAMA_SERVER: at_most(1.0)}
    ours = _wait_of(second[OURS])
    return [
        ratio(f"first token, second question ÷ {peer}", OURS, ours, _wait_of(second[peer]), bar)
        for peer, bar in bars.items()
        if peer in second
    ]


def _prepared_against_peers(prepared: Times, cold: Times) -> list[Row]:
    if LLAMA_SERVER not in cold:
        return []
    what = "first token after a drop and 2 s of typing ÷ llama-server's new picture"
    reference = _wait_of(cold[LLAMA_SERVER])
    return [ratio(what, OURS, _wait_of(prepared[OURS]), reference, at_most(0.15))]


def _encodes(other: Times) -> Row:
    counts = tuple(float(times.encoded or 0) for times in other[OURS])
    return Row("encodes, same picture in another conversation", OURS, "", counts, at_most(0))
