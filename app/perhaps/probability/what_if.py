"""What other samplers would have made of a token, from the candidates that were captured.

The engine cuts the vocabulary by top-k, what is left by top-p, what is left then by
min-p, and last applies the temperature (`engine/src/sampler.cpp`). Each cut keeps the
most likely tokens, so all together keep the first n of them for some n. Only the
first K are known one by one, and of the others their number and their mass. Where
that does not settle n, or others stay, everything is bounded from below and above.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from perhaps.probability.trace import Floats

NEARLY = 1e-5
"""Of a threshold: closer than that, 32-bit floats may fall on either side."""
EXACT = 1e-5
"""Between bounds that are the same to the eye and to every export."""
TINY = 1e-300


class Cut(StrEnum):
    """What removes a token, in the engine's order."""

    temperature = "temperature"
    """Of 0, which keeps nothing but the most likely token."""
    top_k = "top_k"
    top_p = "top_p"
    min_p = "min_p"


class Samplers(Protocol):
    """How a token is chosen; `protocol.SamplingOptions` has it."""

    @property
    def temperature(self) -> float:
        """0 takes the most likely token."""

    @property
    def top_k(self) -> int:
        """0 for the whole vocabulary."""

    @property
    def top_p(self) -> float:
        """1 for no cut."""

    @property
    def min_p(self) -> float:
        """0 for no cut."""


@dataclass(frozen=True)
class Resampled:
    """Probabilities of the candidates after samplers, each between two bounds."""

    lower: Floats
    """[k]"""
    upper: Floats
    """[k]"""
    rest_lower: float
    """Of all tokens that are not candidates."""
    rest_upper: float
    removed_by: tuple[Cut | None, ...]
    """[k] None for what stays, or may."""
    rest_removed_by: Cut | None
    """What removes all tokens that are not candidates."""

    @property
    def exact(self) -> bool:
        """Whether the captured candidates settle everything."""
        widest = float(np.max(self.upper - self.lower, initial=0.0))
        return max(widest, self.rest_upper - self.rest_lower) <= EXACT


@dataclass(frozen=True)
class _Kept:
    """What a cut leaves: how many tokens, and how much mass beyond the known ones."""

    cut: Cut
    fewest: int
    most: int
    least_mass: float
    most_mass: float


@dataclass(frozen=True)
class _Known:
    """The first K tokens of the raw distribution, and what is known of the others."""

    shares: Floats
    """[K] descending."""
    rest: float
    vocabulary_size: int

    @property
    def count(self) -> int:
        return len(self.shares)

    @property
    def others(self) -> int:
        return self.vocabulary_size - self.count

    @property
    def mass(self) -> float:
        return float(self.shares.sum())


def resample(logprobs: Floats, rank: int, vocabulary_size: int, samplers: Samplers) -> Resampled:
    """Tell what `samplers` make of the candidates of one token.

    `logprobs` [k] are raw and descending, `rank` is that of the token that came: where
    it is greater than k, the last candidate is that token and not the k-th likely one.
    """
    raw = np.exp(logprobs)
    outsider = rank if rank > len(raw) else None
    shares = raw[:-1] if outsider else raw
    known = _Known(shares, max(0.0, 1.0 - float(shares.sum())), vocabulary_size)
    cuts = _cuts(known, samplers)
    kept = _all_kept(cuts)
    temperature = samplers.temperature or 1.0
    weights = np.exp((logprobs - logprobs[0]) / temperature)
    others = _other_weights(known, kept, samplers, 1.0 / temperature)
    lower, upper = _bounds(weights[: known.count], kept, others)
    whole = float(weights[: known.count].sum())
    rest = (others[0] / (whole + others[0]), others[1] / (whole + others[1]))
    places = list(range(known.count))
    if outsider:
        places.append(outsider - 1)
        low, high = _outsider_bounds(float(weights[-1]), outsider, kept, whole, others)
        lower, upper = np.append(lower, low), np.append(upper, high)
        rest = (max(0.0, rest[0] - high), max(0.0, rest[1] - low))
    removed = tuple(_removed_by(place, cuts) for place in places)
    rest_removed = _removed_by(known.count, cuts) if known.others else None
    return Resampled(lower, upper, *rest, removed, rest_removed)


def _cuts(known: _Known, samplers: Samplers) -> list[_Kept]:
    if samplers.temperature <= 0:
        return [_Kept(Cut.temperature, 1, 1, 0.0, 0.0)]
    top_k = _keep_top_k(known, samplers.top_k)
    return [top_k, _keep_top_p(known, samplers.top_p, top_k), _keep_min_p(known, samplers.min_p)]


def _keep_top_k(known: _Known, k: int) -> _Kept:
    count = min(k, known.vocabulary_size) if k > 0 else known.vocabulary_size
    beyond = max(0, count - known.count)
    # The likelier of the others have at least their share by number.
    least = known.rest * beyond / known.others if known.others else 0.0
    return _Kept(Cut.top_k, count, count, least, _most_mass(known, beyond))


def _keep_top_p(known: _Known, p: float, top_k: _Kept) -> _Kept:
    """Cut what top-k left, whose mass is known only between bounds."""
    if p >= 1:
        return _Kept(Cut.top_p, top_k.fewest, top_k.most, top_k.least_mass, top_k.most_mass)
    reached = np.cumsum(known.shares)
    mass = float(known.shares[: top_k.most].sum())
    least = p * (mass + top_k.least_mass)
    most = p * (mass + top_k.most_mass)
    fewest = int(np.searchsorted(reached, least * (1 - NEARLY))) + 1
    found = int(np.searchsorted(reached, most * (1 + NEARLY))) + 1
    highest = found if found <= known.count else top_k.most
    last = float(known.shares[-1])
    return _Kept(
        Cut.top_p,
        min(fewest, top_k.most),
        min(highest, top_k.most),
        min(top_k.least_mass, max(0.0, least - known.mass)),
        min(top_k.most_mass, max(0.0, most - known.mass + last)) if highest > known.count else 0.0,
    )


def _keep_min_p(known: _Known, p: float) -> _Kept:
    if p <= 0:
        size = known.vocabulary_size
        return _Kept(Cut.min_p, size, size, known.rest, known.rest)
    least = p * float(known.shares[0])
    fewest = int(np.sum(known.shares >= least * (1 + NEARLY)))
    most = int(np.sum(known.shares >= least * (1 - NEARLY)))
    if most == known.count and known.others:
        # No more of the others than their mass has room for.
        most += min(known.others, int(known.rest / (least * (1 - NEARLY))))
    beyond = max(0, most - known.count)
    return _Kept(Cut.min_p, max(1, fewest), max(1, most), 0.0, _most_mass(known, beyond))


def _most_mass(known: _Known, beyond: int) -> float:
    """Bound the mass of some of the others: none is likelier than the last known one."""
    return min(known.rest, beyond * float(known.shares[-1]))


def _all_kept(cuts: list[_Kept]) -> _Kept:
    """Give what all cuts leave: as each keeps the likeliest, the smallest decides."""
    return _Kept(
        cuts[0].cut,
        min(cut.fewest for cut in cuts),
        min(cut.most for cut in cuts),
        min(cut.least_mass for cut in cuts),
        min(cut.most_mass for cut in cuts),
    )


def _other_weights(
    known: _Known, kept: _Kept, samplers: Samplers, power: float
) -> tuple[float, float]:
    """Bound the sum of (p / p1)^power over the others that stay.

    With a power above 1 it is the largest where their mass is on as few tokens as
    can be, and the smallest where it is spread evenly; below 1 it is the reverse.
    """
    most = kept.most - known.count
    if most <= 0:
        return 0.0, 0.0
    first = max(float(known.shares[0]), TINY)
    last = max(float(known.shares[-1]) / first, TINY)
    least_mass, most_mass = kept.least_mass / first, kept.most_mass / first
    if kept.fewest <= known.count:
        least_mass = 0.0
    if power >= 1:
        even = least_mass**power * float(most) ** (1 - power)
        smallest = max(even, least_mass * samplers.min_p ** (power - 1))
        return smallest, most_mass * last ** (power - 1)
    return least_mass * last ** (power - 1), most_mass**power * float(most) ** (1 - power)


def _bounds(weights: Floats, kept: _Kept, others: tuple[float, float]) -> tuple[Floats, Floats]:
    """Bound each share by the largest and the smallest sum that it can be a part of."""
    count = len(weights)
    places = np.arange(count)
    sums = np.cumsum(weights)
    largest = sums[min(kept.most, count) - 1] + others[1]
    lower = np.where(places < kept.fewest, weights / largest, 0.0)
    # A token that stays, stays with all that are likelier than it.
    company = np.maximum(kept.fewest, places + 1)
    smallest = sums[np.minimum(company, count) - 1] + np.where(company > count, others[0], 0.0)
    upper = np.where(places < kept.most, weights / smallest, 0.0)
    return lower, upper


def _outsider_bounds(
    weight: float, rank: int, kept: _Kept, whole: float, others: tuple[float, float]
) -> tuple[float, float]:
    """Bound the share of the token that came from beyond the first K."""
    if rank > kept.most:
        return 0.0, 0.0
    lower = weight / (whole + others[1]) if rank <= kept.fewest else 0.0
    return lower, weight / (whole + max(others[0], weight))


def _removed_by(place: int, cuts: list[_Kept]) -> Cut | None:
    return next((each.cut for each in cuts if place >= each.most), None)
