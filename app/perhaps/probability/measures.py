"""Figures of a whole answer and of each token, from the columns of its trace.

Everything is of the raw distribution and in nats; tokens that were not measured
(NaN) do not count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from perhaps.probability.trace import Floats, TokenTrace


def mean_logprob(logprobs: Floats) -> float | None:
    """Give the mean log-probability per token; None where nothing was measured."""
    return mean(logprobs)


def perplexity(logprobs: Floats) -> float | None:
    """Give exp of the negative mean log-probability: 1 is certain."""
    value = mean(logprobs)
    return None if value is None else math.exp(-value)


def mean(values: Floats) -> float | None:
    """Give the mean of what was measured; None where nothing was."""
    measured = values[~np.isnan(values)]
    return float(measured.mean()) if measured.size else None


def total_logprob(logprobs: Floats) -> float | None:
    """Give the log-probability of the whole answer; None where nothing was measured."""
    measured = logprobs[~np.isnan(logprobs)]
    return float(measured.sum()) if measured.size else None


def margins(trace: TokenTrace) -> Floats:
    """Give by how much the most likely token leads the second, in nats.

    Shape [n]; NaN where fewer than two candidates were listed.
    """
    starts, logprobs = trace.column("starts"), trace.column("candidate_logprobs")
    found = np.full(len(trace), np.nan)
    several = np.flatnonzero(np.diff(starts) >= 2)
    first = starts[several]
    found[several] = logprobs[first] - logprobs[first + 1]
    return found


def listed_shares(trace: TokenTrace) -> Floats:
    """Give the probability of all candidates of each token together, shape [n]."""
    starts = trace.column("starts")
    before = np.concatenate([[0.0], np.cumsum(np.exp(trace.column("candidate_logprobs")))])
    shares: Floats = before[starts[1:]] - before[starts[:-1]]
    return shares
