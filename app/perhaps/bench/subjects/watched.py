"""Events of Perhaps's runs → the times of an answer."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from perhaps.bench.contract import AnswerTimes
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    Message,
    Request,
    RunFinished,
    SamplingOptions,
    TextPart,
    TokenStep,
)

if TYPE_CHECKING:
    from perhaps.bench.contract import Question
    from perhaps.inference.protocol import ImagePixels, RunEvent


class Watch:
    """Takes the time of one answer."""

    def __init__(self) -> None:
        self._asked = time.perf_counter()
        self._first = self._last = self._asked
        self._tokens = 0
        self.finished: RunFinished | None = None

    def see(self, event: RunEvent) -> None:
        """Note an event that has just come."""
        if isinstance(event, TokenStep):
            self._last = time.perf_counter()
            self._tokens += 1
            if self._tokens == 1:
                self._first = self._last
        elif isinstance(event, RunFinished):
            self.finished = event

    def times(self) -> AnswerTimes:
        """Give the times of the whole answer; raises what made it fail."""
        assert self.finished
        if self.finished.reason is FinishReason.failed:
            raise RuntimeError(self.finished.error)
        return AnswerTimes(
            first_token_ms=1000 * (self._first - self._asked),
            generate_ms=1000 * (self._last - self._first),
            tokens=self._tokens,
            prompt_tokens=self.finished.usage.prompt_tokens,
            cached_tokens=self.finished.usage.cached_tokens,
            stages_ms=asdict(self.finished.timings),
        )


def greedy_request(
    question: Question, picture: ImagePixels | None, max_tokens: int, top_logprobs: int
) -> Request:
    """Give the request of a question; the most likely token is taken each time."""
    image = (ImagePart(picture),) if picture else ()
    system = (Message("system", (TextPart(question.system),)),) if question.system else ()
    return Request(
        messages=(*system, Message("user", (*image, TextPart(question.text)))),
        max_tokens=max_tokens,
        sampling=SamplingOptions(temperature=0.0),
        top_logprobs=top_logprobs,
        seed=0,
    )
