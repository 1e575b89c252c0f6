"""What the candidate list shows of a token: rows of shares that sum to one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from perhaps.inference.protocol import TokenCandidate, TokenStep


@dataclass(frozen=True)
class CandidateRow:
    """One candidate, or the rest of the vocabulary where `candidate` is None."""

    candidate: TokenCandidate | None
    raw: float
    """Share before any sampler."""
    sampled: float
    """Share after the samplers."""
    chosen: bool = False


def candidate_rows(step: TokenStep, limit: int) -> list[CandidateRow]:
    """Give the most likely candidates, the chosen one always, and the rest."""
    if not step.candidates:
        return []
    shown = list(step.candidates[:limit])
    chosen = next((c for c in step.candidates if c.id == step.id), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    rows = [
        CandidateRow(c, math.exp(c.logprob), c.sampled_probability, c.id == step.id) for c in shown
    ]
    return [*rows, _rest(rows)]


def _rest(rows: list[CandidateRow]) -> CandidateRow:
    raw = max(0.0, 1.0 - sum(row.raw for row in rows))
    sampled = max(0.0, 1.0 - sum(row.sampled for row in rows))
    # Float noise must not read as "< 0.1 %" of something.
    return CandidateRow(None, _cleaned(raw), _cleaned(sampled))


def _cleaned(share: float) -> float:
    return share if share > 1e-6 else 0.0
