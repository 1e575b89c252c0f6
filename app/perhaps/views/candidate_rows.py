"""What the candidate list shows of a token: rows of shares that sum to one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perhaps.inference.protocol import TokenCandidate, TokenStep
from perhaps.probability.what_if import Cut

if TYPE_CHECKING:
    from perhaps.probability.what_if import Resampled


@dataclass(frozen=True)
class CandidateRow:
    """One candidate, or the rest of the vocabulary where `candidate` is None."""

    candidate: TokenCandidate | None
    raw: float
    """Share before any sampler."""
    sampled: float
    """Share after the samplers, or the least that it can be."""
    most: float
    """The most that it can be; the same where nothing is left open."""
    removed_by: Cut | None = None
    chosen: bool = False
    index: int | None = None
    """In `step.candidates`."""


def candidate_rows(
    step: TokenStep, limit: int, resampled: Resampled, *, what_if: bool = False
) -> list[CandidateRow]:
    """Give the most likely candidates, the chosen one always, and the rest.

    Shares after the samplers are those of the engine, or what `resampled` says of
    other samplers.
    """
    if not step.candidates:
        return []
    shown = list(range(min(limit, len(step.candidates))))
    chosen = next((i for i, c in enumerate(step.candidates) if c.id == step.id), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    rows = [_row(step, index, resampled, what_if=what_if) for index in shown]
    rest = _rest(rows)
    if what_if:
        hidden = [i for i in range(len(step.candidates)) if i not in shown]
        least = resampled.rest_lower + sum(float(resampled.lower[i]) for i in hidden)
        most = resampled.rest_upper + sum(float(resampled.upper[i]) for i in hidden)
        rest = replace(rest, sampled=_cleaned(least), most=_cleaned(min(1.0, most)))
    return [*rows, replace(rest, removed_by=None if rest.most else resampled.rest_removed_by)]


def _row(step: TokenStep, index: int, resampled: Resampled, *, what_if: bool) -> CandidateRow:
    candidate = step.candidates[index]
    least = most = candidate.sampled_probability
    if what_if:
        least, most = float(resampled.lower[index]), float(resampled.upper[index])
    return CandidateRow(
        candidate,
        math.exp(candidate.logprob),
        least,
        most,
        None if most else resampled.removed_by[index],
        candidate.id == step.id,
        index,
    )


def _rest(rows: list[CandidateRow]) -> CandidateRow:
    raw = max(0.0, 1.0 - sum(row.raw for row in rows))
    sampled = max(0.0, 1.0 - sum(row.sampled for row in rows))
    # Float noise must not read as "< 0.1 %" of something.
    return CandidateRow(None, _cleaned(raw), _cleaned(sampled), _cleaned(sampled))


def _cleaned(share: float) -> float:
    return share if share > 1e-6 else 0.0
