"""llama.cpp alone: drives the program of engine/benchmarks."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, TextIO

from perhaps.bench.contract import AnswerTimes, AskTimes, resident_bytes, serve

if TYPE_CHECKING:
    from perhaps.bench.contract import Question, Setup


AT_ONCE = 8
"""Sequences of the program."""


class BareLoop:
    """Reads as many made-up tokens as a question names, and writes."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def load(self, setup: Setup) -> str:
        """Load the model; it has no use for the projector."""
        assert setup.bare_loop
        command = [setup.bare_loop, setup.model, str(setup.threads), str(setup.context_size)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        if self._read_line() != "ready":
            raise RuntimeError("the bare loop did not start")
        return "llama_process() and the most likely token"

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Take the text of each question for the number of tokens to read; eight go at once."""
        assert not top_logprobs
        if len(questions) == AT_ONCE:
            return self._ask_at_once(int(questions[0].text), max_tokens)
        answers = tuple(self._ask(int(question.text), max_tokens) for question in questions)
        return AskTimes(answers, sum(a.first_token_ms + a.generate_ms for a in answers))

    def resident_bytes(self) -> int:
        """Memory of the program."""
        assert self._process
        return resident_bytes(self._process.pid)

    def close(self) -> None:
        """End the program."""
        if self._process:
            self._process.communicate()

    def _ask(self, prompt_tokens: int, max_tokens: int) -> AnswerTimes:
        writes = max_tokens > 1
        command = f"generate {prompt_tokens} {max_tokens}" if writes else f"prefill {prompt_tokens}"
        milliseconds = self._tell(command)
        return AnswerTimes(
            first_token_ms=0.0 if writes else milliseconds,
            generate_ms=milliseconds if writes else 0.0,
            tokens=max_tokens,
            prompt_tokens=prompt_tokens,
            cached_tokens=0,
        )

    def _ask_at_once(self, prompt_tokens: int, max_tokens: int) -> AskTimes:
        milliseconds = self._tell(f"at_once {prompt_tokens} {max_tokens}")
        answer = AnswerTimes(0.0, milliseconds, max_tokens, prompt_tokens, prompt_tokens)
        return AskTimes((answer,) * AT_ONCE, milliseconds)

    def _tell(self, command: str) -> float:
        assert self._process
        stdin: TextIO | None = self._process.stdin  # type: ignore[assignment]
        assert stdin
        stdin.write(command + "\n")
        stdin.flush()
        return float(self._read_line())

    def _read_line(self) -> str:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def main() -> None:
    """Answer the bench."""
    subject = BareLoop()
    try:
        serve(subject)
    finally:
        subject.close()
