"""How sure a token is, in four steps that the eye can tell apart."""

from __future__ import annotations

import math
from enum import IntEnum


class Doubt(IntEnum):
    """Steps of the raw probability of the chosen token."""

    none = 0
    slight = 1
    some = 2
    strong = 3


SURE = 0.9
LIKELY = 0.5
UNLIKELY = 0.2


def doubt_of(logprob: float | None) -> Doubt:
    """Class a token by its log-probability; an unmeasured one is plain."""
    if logprob is None:
        return Doubt.none
    probability = math.exp(logprob)
    if probability >= SURE:
        return Doubt.none
    if probability >= LIKELY:
        return Doubt.slight
    return Doubt.some if probability >= UNLIKELY else Doubt.strong
