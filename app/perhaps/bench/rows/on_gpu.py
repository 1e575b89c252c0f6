"""What only a GPU is fast enough for: whole answers, and many at once; nothing without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import LLAMA_CPP_PYTHON, OURS
from perhaps.bench.results import Row, at_least, ratio
from perhaps.bench.rows.parallel import writing_speed

if TYPE_CHECKING:
    from perhaps.bench.contract import AskTimes
    from perhaps.bench.measuring import Bench, Measure
    from perhaps.bench.program import Program

WHAT = "On the GPU"
AT_ONCE = (1, 4, 8, 16)
TOKENS = 96
CANDIDATES = 20
ANSWER_TOKENS = 54
"""A description in two sentences."""
MB = 1_000_000


def rows(bench: Bench) -> list[Row]:
    """Take what the GPUs hold, then measure."""
    held = bench.programs[OURS].statistics()["device_bytes"]
    if not held:
        return []
    return [Row("device memory", OURS, "MB", (held / MB,)), *_at_once(bench), *_whole(bench)]


def _at_once(bench: Bench) -> list[Row]:
    speeds: dict[int, tuple[float, ...]] = {}
    for count in AT_ONCE:
        taken = bench.alternate(f"{WHAT}: {count} at once", {OURS: _writer(count)})
        speeds[count] = tuple(map(_speed, taken[OURS]))
    most = AT_ONCE[-1]
    against_one = ratio(f"{most} answers ÷ one", OURS, speeds[most], speeds[1], at_least(6))
    names = {count: f"{count} answers written at once" for count in AT_ONCE}
    return [*(Row(names[n], OURS, "tokens/s", speeds[n]) for n in AT_ONCE), against_one]


def _writer(count: int) -> Measure[AskTimes]:
    def write(program: Program, number: int) -> AskTimes:
        questions = [Question(f"{number}.{i}: go on with this story.") for i in range(count)]
        return program.ask(*questions, max_tokens=TOKENS, top_logprobs=CANDIDATES)

    return write


def _speed(times: AskTimes) -> float:
    return sum(map(writing_speed, times.answers))


def _whole(bench: Bench) -> list[Row]:
    """Measure from asking about a new picture to the end of the answer."""
    if not bench.setup.projector:
        return []

    def describe(program: Program, _: int) -> AskTimes:
        question = Question("Describe it.", bench.new_picture())
        return program.ask(question, max_tokens=ANSWER_TOKENS, top_logprobs=CANDIDATES)

    taken = bench.alternate(
        f"{WHAT}: a whole answer", dict.fromkeys((OURS, LLAMA_CPP_PYTHON), describe)
    )
    what = f"{ANSWER_TOKENS} tokens about a new picture, in all"
    return [
        Row(what, name, "ms", tuple(times.wall_ms for times in rounds))
        for name, rounds in taken.items()
    ]
