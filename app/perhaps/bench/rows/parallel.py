"""Many questions about one picture at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from perhaps.bench.contract import Question
from perhaps.bench.measuring import BARE_LOOP, OURS, THROUGH_HOST
from perhaps.bench.results import Row, at_least, ratio

if TYPE_CHECKING:
    from perhaps.bench.contract import AnswerTimes, AskTimes
    from perhaps.bench.measuring import Bench
    from perhaps.bench.program import Program

WHAT = "Eight questions on one picture"
QUESTIONS = 8
TOKENS = 48
PROGRAMS = (OURS, THROUGH_HOST)


class Speeds(NamedTuple):
    """Tokens per second of eight answers."""

    whole_at_once: float
    """Reading the questions included."""
    whole_in_turn: float
    written_at_once: float
    """After the first token of each."""
    written_in_turn: float


def rows(bench: Bench) -> list[Row]:
    """Measure them at once and one after another."""
    prompts: list[int] = []

    def ours(program: Program, number: int) -> Speeds:
        at_once, in_turn = _both(bench, program, number)
        prompts.append(at_once.answers[0].prompt_tokens)
        return _speeds([at_once], in_turn)

    def loop(program: Program, _: int) -> Speeds:
        prompt = Question(str(prompts[-1] if prompts else TOKENS))
        at_once = program.ask(*[prompt] * QUESTIONS, max_tokens=TOKENS)
        return _speeds([at_once], [program.ask(prompt, max_tokens=TOKENS)])

    taken = bench.alternate(WHAT, {**dict.fromkeys(PROGRAMS, ours), BARE_LOOP: loop})
    result = [row for name in PROGRAMS for row in _rows(name, taken[name])]
    if BARE_LOOP in taken:
        result += _written(BARE_LOOP, taken[BARE_LOOP])
        ours_at_once = [speeds.written_at_once for speeds in taken[OURS]]
        theirs = [speeds.written_at_once for speeds in taken[BARE_LOOP]]
        result.append(ratio("8 answers written at once ÷ bare loop", OURS, ours_at_once, theirs))
    return result


def _rows(name: str, rounds: list[Speeds]) -> list[Row]:
    at_once = [speeds.whole_at_once for speeds in rounds]
    in_turn = [speeds.whole_in_turn for speeds in rounds]
    bar = at_least(2.2) if name == OURS else None
    return [
        Row("8 questions on one picture, one after another", name, "tokens/s", tuple(in_turn)),
        Row("8 questions on one picture at once", name, "tokens/s", tuple(at_once)),
        ratio("8 questions at once ÷ one after another", name, at_once, in_turn, bar),
        *_written(name, rounds),
    ]


def _written(name: str, rounds: list[Speeds]) -> list[Row]:
    at_once = [speeds.written_at_once for speeds in rounds]
    in_turn = [speeds.written_in_turn for speeds in rounds]
    return [
        Row("8 answers written at once", name, "tokens/s", tuple(at_once)),
        ratio("8 answers written at once ÷ one after another", name, at_once, in_turn),
    ]


def _both(bench: Bench, program: Program, number: int) -> tuple[AskTimes, list[AskTimes]]:
    picture = bench.new_picture()
    program.ask(Question("Look at it.", picture))

    def at_once() -> AskTimes:
        return program.ask(*_questions("at once", picture), max_tokens=TOKENS)

    def in_turn() -> list[AskTimes]:
        questions = _questions("in turn", picture)
        return [program.ask(question, max_tokens=TOKENS) for question in questions]

    if number % 2:
        return at_once(), in_turn()
    slow = in_turn()
    return at_once(), slow


def _questions(manner: str, picture: str) -> list[Question]:
    return [Question(f"{number}, {manner}: what is there?", picture) for number in range(QUESTIONS)]


def _speeds(at_once: list[AskTimes], in_turn: list[AskTimes]) -> Speeds:
    together = sum(writing_speed(answer) for times in at_once for answer in times.answers)
    alone = [writing_speed(answer) for times in in_turn for answer in times.answers]
    return Speeds(_whole(at_once), _whole(in_turn), together, sum(alone) / len(alone))


def writing_speed(answer: AnswerTimes) -> float:
    """Tokens per second by the engine's clock: the answers of one wish are not heard at once."""
    return 1000 * (answer.tokens - 1) / answer.stages_ms.get("generate", answer.generate_ms)


def _whole(asked: list[AskTimes]) -> float:
    tokens = sum(answer.tokens for times in asked for answer in times.answers)
    return 1000 * tokens / sum(times.wall_ms for times in asked)
