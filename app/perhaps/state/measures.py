"""What the tokens of an answer say about the whole of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perhaps.state.doubt import SURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.inference.protocol import TokenStep


@dataclass(frozen=True)
class UnsureWord:
    """A word, and the token in it that the model was least sure of."""

    text: str
    index: int
    logprob: float


class RunningMean:
    """The mean log-probability of tokens as they come."""

    def __init__(self) -> None:
        self._total = 0.0
        self._count = 0

    def add(self, logprob: float | None) -> None:
        """Take one token in; an unmeasured one does not count."""
        if logprob is not None:
            self._total += logprob
            self._count += 1

    @property
    def value(self) -> float | None:
        """Nats per token; None while nothing was measured."""
        return self._total / self._count if self._count else None

    @property
    def perplexity(self) -> float | None:
        """Exp of the negative mean: 1 is certain."""
        return None if self.value is None else math.exp(-self.value)


def least_sure_words(steps: Sequence[TokenStep], count: int = 3) -> list[UnsureWord]:
    """Find the words with the least likely tokens, least sure first."""
    unsure = [
        (step.logprob, index)
        for index, step in enumerate(steps)
        if step.logprob is not None and step.logprob < math.log(SURE) and step.text.strip()
    ]
    words: list[UnsureWord] = []
    taken: set[range] = set()
    for logprob, index in sorted(unsure):
        span = word_span(steps, index)
        text = "".join(steps[i].text for i in span).strip(" \t\n.,;:!?\"'()")
        if text and span not in taken:
            taken.add(span)
            words.append(UnsureWord(text, index, logprob))
        if len(words) == count:
            break
    return words


def word_span(steps: Sequence[TokenStep], index: int, limit: int = 8) -> range:
    """Give the tokens of the word around one, at most `limit` to each side."""
    first = last = index
    while first > 0 and index - first < limit and not _breaks(steps, first - 1):
        first -= 1
    while last + 1 < len(steps) and last - index < limit and not _breaks(steps, last):
        last += 1
    return range(first, last + 1)


def _breaks(steps: Sequence[TokenStep], index: int) -> bool:
    """Tell whether a word ends between a token and the next."""
    before, after = steps[index].text, steps[index + 1].text
    return before[-1:].isspace() or not after[:1].isalnum() or not before[-1:].isalnum()
