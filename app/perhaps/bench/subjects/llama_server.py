"""llama-server in this process, from the package xllamacpp: its own code, without HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import xllamacpp

from perhaps.bench.contract import AnswerTimes, AskTimes, resident_bytes, serve
from perhaps.bench.subjects.data_uri import messages

if TYPE_CHECKING:
    from perhaps.bench.contract import Question, Setup

LONGEST_BATCH = 512
"""Tokens; as in the other programs."""


class LlamaServer:
    """Asks a Server."""

    def __init__(self) -> None:
        self._server: Any = None

    def load(self, setup: Setup) -> str:
        """Load the pair and tell which build answers."""
        params = xllamacpp.CommonParams()
        params.model.path = setup.model
        params.mmproj.path = setup.projector or ""
        params.n_ctx = setup.context_size
        params.n_batch = LONGEST_BATCH
        params.cpuparams.n_threads = setup.threads
        params.cpuparams_batch.n_threads = setup.threads
        params.verbosity = -1
        self._server = xllamacpp.Server(params)
        return f"xllamacpp {xllamacpp.__version__}, {xllamacpp.get_system_info()}"

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Ask one question after another."""
        start = time.perf_counter()
        answers = tuple(self._ask(question, max_tokens, top_logprobs) for question in questions)
        return AskTimes(answers, 1000 * (time.perf_counter() - start))

    def resident_bytes(self) -> int:
        """Memory of this process."""
        return resident_bytes()

    def _ask(self, question: Question, max_tokens: int, top_logprobs: int) -> AnswerTimes:
        seen = _Stream()
        wish = {
            "messages": messages(question),
            "max_tokens": max_tokens,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if top_logprobs:
            wish |= {"logprobs": True, "top_logprobs": top_logprobs}
        asked = time.perf_counter()
        self._server.handle_chat_completions(wish, seen.take)
        return seen.times(asked)


class _Stream:
    """The chunks of one answer as they come."""

    def __init__(self) -> None:
        self._came: list[float] = []
        self._last: dict[str, Any] = {}

    def take(self, chunk: dict[str, Any]) -> None:
        """Note a chunk; the last one tells the counts."""
        if any(choice["delta"].get("content") for choice in chunk.get("choices", ())):
            self._came.append(time.perf_counter())
        self._last = chunk

    def times(self, asked: float) -> AnswerTimes:
        """Give the times of the whole answer; raises what the server said instead."""
        if not self._came:
            raise RuntimeError(str(self._last))
        usage, came = self._last["usage"], self._came
        return AnswerTimes(
            first_token_ms=1000 * (came[0] - asked),
            generate_ms=1000 * (came[-1] - came[0]),
            tokens=usage["completion_tokens"],
            prompt_tokens=usage["prompt_tokens"],
            cached_tokens=usage["prompt_tokens_details"]["cached_tokens"],
        )


def main() -> None:
    """Answer the bench."""
    serve(LlamaServer())
