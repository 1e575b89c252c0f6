"""How fast a long text is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.bench.contract import Question
from perhaps.bench.measuring import (
    BARE_LOOP,
    LLAMA_CPP_PYTHON,
    LLAMA_SERVER,
    OURS,
)
from perhaps.bench.results import Row, at_least, ratio
from perhaps.bench.workload import long_text

if TYPE_CHECKING:
    from perhaps.bench.measuring import Bench
    from perhaps.bench.program import Program

WHAT = "A long prompt"
WORDS = 4_050
"""About 4 096 tokens with the template around them."""
ROOM = 256
"""Tokens of the context that stay free: for words of several tokens, and for the answer."""
PROGRAMS = (OURS, LLAMA_CPP_PYTHON, LLAMA_SERVER)


def rows(bench: Bench) -> list[Row]:
    """Measure until the first token, which takes all of the prompt."""
    words = min(WORDS, bench.setup.context_size - ROOM)
    prompts: list[int] = []

    def ask(program: Program, number: int) -> float:
        times = program.ask(Question(long_text(words, number)), max_tokens=2).answers[0]
        computed = times.prompt_tokens - times.cached_tokens
        if program.name == OURS:
            prompts.append(computed)
        return 1000 * computed / times.first_token_ms

    def loop(program: Program, _: int) -> float:
        count = prompts[-1] if prompts else words
        times = program.ask(Question(str(count)), max_tokens=1).answers[0]
        return 1000 * count / times.first_token_ms

    taken = bench.alternate(WHAT, {**dict.fromkeys(PROGRAMS, ask), BARE_LOOP: loop})
    what = f"prefill of {prompts[0]:,} tokens"
    result = [Row(what, name, "tokens/s", tuple(speeds)) for name, speeds in taken.items()]
    if BARE_LOOP in taken:
        bar = at_least(0.97)
        result.append(ratio("prefill ÷ bare loop", OURS, taken[OURS], taken[BARE_LOOP], bar))
    return result
