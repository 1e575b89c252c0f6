"""How fast an answer is written, and what log-probabilities and the host cost of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import (
    BARE_LOOP,
    LLAMA_CPP_PYTHON,
    LLAMA_SERVER,
    OURS,
    THROUGH_HOST,
)
from perhaps.bench.results import Row, at_least, at_most, ratio

if TYPE_CHECKING:
    from perhaps.bench.contract import AskTimes
    from perhaps.bench.measuring import Bench
    from perhaps.bench.program import Program

WHAT = "Generation"
CANDIDATES = 20
QUESTION = Question("Describe what you see there, and go on.")
PROGRAMS = (OURS, THROUGH_HOST, LLAMA_CPP_PYTHON, LLAMA_SERVER)
TOKENS_PER_RUN = range(48, 385)
SECONDS_PER_RUN = 1.0
WARM_UP_TOKENS = 8
HOST_US_PER_TOKEN = 150

Times = dict[str, list["AskTimes"]]


def rows(bench: Bench) -> list[Row]:
    """Measure all programs with and without log-probabilities."""
    tokens = _enough_tokens(bench)
    plain, measured = _measure(bench, tokens)
    return [
        *_speeds("generation", plain),
        *_speeds(f"generation with {CANDIDATES} log-probabilities", measured),
        *_cost_of_probabilities(plain, measured),
        *_against_bare_loop(plain),
        *_cost_of_host(measured),
    ]


def _enough_tokens(bench: Bench) -> int:
    program = bench.programs[OURS]
    program.ask(QUESTION, max_tokens=TOKENS_PER_RUN.start)
    times = program.ask(QUESTION, max_tokens=TOKENS_PER_RUN.start)
    wanted = int(times.answers[0].tokens_per_second * SECONDS_PER_RUN)
    return min(max(wanted, TOKENS_PER_RUN.start), TOKENS_PER_RUN.stop - 1)


def _measure(bench: Bench, tokens: int) -> tuple[Times, Times]:
    """Give the times without log-probabilities, and with them."""
    prompt_tokens = bench.programs[OURS].ask(QUESTION).answers[0].prompt_tokens

    def both(program: Program, number: int) -> dict[int, AskTimes]:
        for candidates in (0, CANDIDATES):
            program.ask(QUESTION, top_logprobs=candidates)  # warms up
        # The one that goes first changes with each round.
        order = (0, CANDIDATES) if number % 2 else (CANDIDATES, 0)
        return {
            candidates: program.ask(QUESTION, max_tokens=tokens, top_logprobs=candidates)
            for candidates in order
        }

    def loop(program: Program, _: int) -> dict[int, AskTimes]:
        question = Question(str(prompt_tokens))
        program.ask(question, max_tokens=WARM_UP_TOKENS)
        return {0: program.ask(question, max_tokens=tokens)}

    measures = {**dict.fromkeys(PROGRAMS, both), BARE_LOOP: loop}
    taken = bench.alternate(WHAT, measures, afresh=True)
    plain = {name: [times[0] for times in rounds] for name, rounds in taken.items()}
    taken.pop(BARE_LOOP, None)
    measured = {name: [times[CANDIDATES] for times in rounds] for name, rounds in taken.items()}
    return plain, measured


def _speed_of(times: list[AskTimes]) -> list[float]:
    return [each.answers[0].tokens_per_second for each in times]


def _speeds(what: str, taken: Times) -> list[Row]:
    return [Row(what, name, "tokens/s", tuple(_speed_of(times))) for name, times in taken.items()]


def _cost_of_probabilities(plain: Times, measured: Times) -> list[Row]:
    what = f"generation with {CANDIDATES} log-probabilities ÷ without"
    bar = at_least(0.99)
    return [
        ratio(what, name, _speed_of(times), _speed_of(plain[name]), bar if name == OURS else None)
        for name, times in measured.items()
    ]


def _against_bare_loop(plain: Times) -> list[Row]:
    if BARE_LOOP not in plain:
        return []
    ours, bare = _speed_of(plain[OURS]), _speed_of(plain[BARE_LOOP])
    return [ratio("generation ÷ bare loop", OURS, ours, bare, at_least(0.98))]


def _cost_of_host(measured: Times) -> list[Row]:
    """From asking to the end of the answer, which the window waits for."""
    here, there = measured[OURS], measured[THROUGH_HOST]
    faster = ratio(
        "whole answer through host and worker ÷ in process (speed)",
        THROUGH_HOST,
        [times.wall_ms for times in here],
        [times.wall_ms for times in there],
        at_least(0.97),
    )
    extra = tuple(
        1000 * (far.wall_ms - near.wall_ms) / near.answers[0].tokens
        for near, far in zip(here, there, strict=True)
    )
    what = "what host and worker add to a token"
    return [faster, Row(what, THROUGH_HOST, "µs", extra, at_most(HOST_US_PER_TOKEN))]
