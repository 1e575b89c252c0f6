"""Many questions about one picture at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import OURS, THROUGH_HOST
from perhaps.bench.results import Row, at_least, ratio

if TYPE_CHECKING:
    from perhaps.bench.contract import AskTimes
    from perhaps.bench.measuring import Bench
    from perhaps.bench.program import Program

WHAT = "Eight questions on one picture"
QUESTIONS = 8
TOKENS = 48


def rows(bench: Bench) -> list[Row]:
    """Measure them at once and one after another."""
    taken = bench.alternate(
        WHAT, dict.fromkeys((OURS, THROUGH_HOST), lambda p, n: _both(bench, p, n))
    )
    result = []
    for name, rounds in taken.items():
        at_once = [times[0] for times in rounds]
        in_turn = [times[1] for times in rounds]
        bar = at_least(2.2) if name == OURS else None
        result += [
            Row("8 questions on one picture, one after another", name, "tokens/s", tuple(in_turn)),
            Row("8 questions on one picture at once", name, "tokens/s", tuple(at_once)),
            ratio("8 questions at once ÷ one after another", name, at_once, in_turn, bar),
        ]
    return result


def _both(bench: Bench, program: Program, number: int) -> tuple[float, float]:
    picture = bench.new_picture()
    program.ask(Question("Look at it.", picture))

    def at_once() -> float:
        questions = _questions("at once", picture)
        return _speed([program.ask(*questions, max_tokens=TOKENS)])

    def in_turn() -> float:
        questions = _questions("in turn", picture)
        return _speed([program.ask(question, max_tokens=TOKENS) for question in questions])

    if number % 2:
        return at_once(), in_turn()
    slow = in_turn()
    return at_once(), slow


def _questions(manner: str, picture: str) -> list[Question]:
    return [Question(f"{number}, {manner}: what is there?", picture) for number in range(QUESTIONS)]


def _speed(asked: list[AskTimes]) -> float:
    tokens = sum(answer.tokens for times in asked for answer in times.answers)
    return 1000 * tokens / sum(times.wall_ms for times in asked)
