"""The words of an answer that the model was least sure of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from perhaps.probability.doubt import SURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.probability.trace import TokenTrace


@dataclass(frozen=True)
class UnsureWord:
    """A word, and the token in it that the model was least sure of."""

    text: str
    index: int
    logprob: float


def least_sure_words(trace: TokenTrace, count: int = 3) -> list[UnsureWord]:
    """Find the words with the least likely tokens, least sure first."""
    words: list[UnsureWord] = []
    taken: set[range] = set()
    for index in least_likely(trace):
        span = word_span(trace.texts, index)
        text = "".join(trace.texts[i] for i in span).strip(" \t\n.,;:!?\"'()")
        if text and trace.texts[index].strip() and span not in taken:
            taken.add(span)
            words.append(UnsureWord(text, index, float(trace.logprobs[index])))
        if len(words) == count:
            break
    return words


def least_likely(trace: TokenTrace, below: float = SURE) -> list[int]:
    """Give the tokens of a probability below `below`, least likely first."""
    # A comparison with NaN is False, so unmeasured tokens are left out.
    doubtful = np.flatnonzero(trace.logprobs < math.log(below))
    order: list[int] = doubtful[np.argsort(trace.logprobs[doubtful], kind="stable")].tolist()
    return order


def word_span(texts: Sequence[str], index: int, limit: int = 8) -> range:
    """Give the tokens of the word around one, at most `limit` to each side."""
    first = last = index
    while first > 0 and index - first < limit and not _breaks(texts, first - 1):
        first -= 1
    while last + 1 < len(texts) and last - index < limit and not _breaks(texts, last):
        last += 1
    return range(first, last + 1)


def _breaks(texts: Sequence[str], index: int) -> bool:
    """Tell whether a word ends between a token and the next."""
    before, after = texts[index], texts[index + 1]
    return before[-1:].isspace() or not after[:1].isalnum() or not before[-1:].isalnum()
