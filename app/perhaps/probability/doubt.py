"""How sure a token is, in four steps that the eye can tell apart."""

from __future__ import annotations

import math
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from perhaps.probability.trace import TokenTrace


class Doubt(IntEnum):
    """Steps of tint, however doubt is measured."""

    none = 0
    slight = 1
    some = 2
    strong = 3


class Tint(StrEnum):
    """What the tint of a token tells."""

    probability = "probability"
    """Raw, of the token that came."""
    rank = "rank"
    """Of the token that came among all tokens."""
    entropy = "entropy"
    """Of the choice, whatever came."""
    off = "off"


SURE = 0.9
LIKELY = 0.5
UNLIKELY = 0.2
RANKS = (1, 2, 4)
"""The last rank of each step but the strongest."""
ENTROPIES = (0.5, 1.0, 2.0)
"""Nats at which a step ends: below the first, one token has most of the probability."""
_BOUNDS = tuple(math.log(share) for share in (SURE, LIKELY, UNLIKELY))
_DOUBTS = tuple(Doubt)


def doubt_of(logprob: float | None) -> Doubt:
    """Class a token by its log-probability; an unmeasured one is plain."""
    if logprob is None or math.isnan(logprob):
        return Doubt.none
    probability = math.exp(logprob)
    if probability >= SURE:
        return Doubt.none
    if probability >= LIKELY:
        return Doubt.slight
    return Doubt.some if probability >= UNLIKELY else Doubt.strong


def doubt_of_rank(rank: int) -> Doubt:
    """Class a token by its rank; 0 for an unmeasured one."""
    return Doubt(sum(rank > last for last in RANKS))


def doubt_of_entropy(entropy: float) -> Doubt:
    """Class a choice by its entropy in nats; NaN for an unmeasured one."""
    return Doubt(sum(entropy >= step for step in ENTROPIES))


def doubts_in(trace: TokenTrace, tokens: range, tint: Tint) -> list[Doubt]:
    """Class tokens that follow each other by what their tint tells."""
    places = slice(tokens.start, tokens.stop)
    if tint is Tint.off:
        return [Doubt.none] * len(tokens)
    if tint is Tint.rank:
        steps = [trace.ranks[places] > last for last in RANKS]
    elif tint is Tint.entropy:
        steps = [trace.entropies[places] >= step for step in ENTROPIES]
    else:
        # A comparison with NaN is False, so unmeasured tokens are plain.
        steps = [trace.logprobs[places] < bound for bound in _BOUNDS]
    return [_DOUBTS[step] for step in np.sum(steps, axis=0).tolist()]


def doubt_in(trace: TokenTrace, index: int, tint: Tint) -> Doubt:
    """Class a token of a trace by what its tint tells."""
    return doubts_in(trace, range(index, index + 1), tint)[0]
