"""How a model shares its belief among given answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from perhaps.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from perhaps.probability.measured import MeasuredToken

LEAST_CHOICES = 2
MOST_CHOICES = 100
FAR_FETCHED = 0.1
"""Of all that a model could write; shares of less say little."""
SHOWN_LENGTH = 40
"""Of a choice in a sentence about it."""


@dataclass(frozen=True)
class ScoredToken:
    """A token of a given answer."""

    bytes: bytes
    logprob: float
    """Nats, raw, after the prompt and the tokens before."""


@dataclass(frozen=True)
class Spelling:
    """One way to write an answer, token by token."""

    tokens: tuple[ScoredToken, ...]

    @property
    def logprob(self) -> float:
        """Nats: the sum over the tokens."""
        return sum(token.logprob for token in self.tokens)

    @property
    def mean(self) -> float:
        """Nats a token."""
        return self.logprob / max(1, len(self.tokens))


def spelling_of(tokens: Iterable[MeasuredToken]) -> Spelling:
    """Take in the tokens of an answer that was scored; an unmeasured one counts as certain."""
    return Spelling(tuple(ScoredToken(token.bytes, token.logprob or 0.0) for token in tokens))


@dataclass(frozen=True)
class RatedChoice:
    """An answer with its share among the others of its list."""

    text: str
    share: float
    """0 to 1; the shares of a list sum to 1."""
    logprob: float
    """Nats: that the model's answer begins with this text, in any spelling."""
    mean: float
    """Nats a token of the likelier spelling."""
    spellings: tuple[Spelling, ...]
    """The likeliest one first."""


def checked_choices(texts: Sequence[str]) -> tuple[str, ...]:
    """Trim choices; raises RequestError where they are too few, too many, empty or equal."""
    choices = tuple(text.strip() for text in texts)
    if not LEAST_CHOICES <= len(choices) <= MOST_CHOICES:
        raise RequestError(
            f"There {_are(len(choices))} to choose from; "
            f"give at least {LEAST_CHOICES} and at most {MOST_CHOICES}."
        )
    if not all(choices):
        raise RequestError(
            f"Choice {choices.index('') + 1} is empty; give every choice some text, or remove it."
        )
    for index, choice in enumerate(choices):
        if choice in choices[:index]:
            shown = choice if len(choice) <= SHOWN_LENGTH else choice[:SHOWN_LENGTH] + "…"
            raise RequestError(f"The choice “{shown}” is there twice; remove one of them.")
    return choices


def _are(count: int) -> str:
    return "is 1 answer" if count == 1 else f"are {count} answers"


def spellings_of(choices: Sequence[str]) -> tuple[str, ...]:
    """Give four spellings of each choice, side by side.

    Without and with a space before it, which depends on the chat template and the tokenizer, each
    with a small and a capital letter, unless that is another choice: who asks for "yes" means an
    answer of "Yes," too.
    """
    written = ((choice, _other_case(choice, choices)) for choice in choices)
    return tuple(f"{space}{text}" for pair in written for text in pair for space in ("", " "))


def _other_case(choice: str, choices: Sequence[str]) -> str:
    """A choice with its first letter in the other case; itself where that means something else."""
    other = choice[0].swapcase() + choice[1:]
    return choice if other in choices else other


def rate(
    choices: Sequence[str], spellings: Sequence[Spelling], *, by_length: bool = False
) -> tuple[RatedChoice, ...]:
    """Share 1 out among choices, likeliest first; `spellings` as `spellings_of` orders them.

    The share of a choice is its probability over the sum of those of the list. With `by_length`
    the geometric mean of its tokens' probabilities takes the place of their product, so that a
    long answer is not unlikely for its length alone.
    """
    count = len(spellings) // len(choices)
    written = [_distinct(spellings[i : i + count]) for i in range(0, len(spellings), count)]
    totals = [_log_sum([spelling.logprob for spelling in each]) for each in written]
    means = [max(spelling.mean for spelling in each) for each in written]
    shares = _softmax(means if by_length else totals)
    rated = [
        RatedChoice(*facts) for facts in zip(choices, shares, totals, means, written, strict=True)
    ]
    return tuple(sorted(rated, key=lambda choice: -choice.share))


def in_all(rated: Iterable[RatedChoice]) -> float:
    """How probable it is that an answer begins with any of these, 0 to 1."""
    return math.fsum(math.exp(choice.logprob) for choice in rated)


def _distinct(spellings: Sequence[Spelling]) -> tuple[Spelling, ...]:
    """Take what a tokenizer writes alike once, the likeliest first."""
    written = {tuple(token.bytes for token in each.tokens): each for each in spellings}
    return tuple(sorted(written.values(), key=lambda each: -each.logprob))


def _log_sum(logprobs: Sequence[float]) -> float:
    return float(np.logaddexp.reduce(np.asarray(logprobs, np.float64)))


def _softmax(logits: Sequence[float]) -> list[float]:
    values = np.asarray(logits, np.float64)
    most = values.max()
    if most == -np.inf:
        return [1 / len(values)] * len(values)
    weights = np.exp(values - most)
    return [float(share) for share in weights / weights.sum()]
