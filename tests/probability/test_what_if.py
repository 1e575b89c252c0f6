"""What-if distributions against the whole vocabulary, in plain float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from perhaps.probability.what_if import Cut, resample

CLOSE = 1e-4


@dataclass(frozen=True)
class Samplers:
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0


def sampled(shares: np.ndarray, samplers: Samplers) -> np.ndarray:
    """All of the vocabulary after the samplers, by their definitions; `shares` descend."""
    if samplers.temperature == 0:
        return np.eye(len(shares))[0]
    stays = np.ones(len(shares), bool)
    if samplers.top_k:
        stays[samplers.top_k :] = False
    if samplers.top_p < 1:
        reached = np.cumsum(shares * stays / (shares * stays).sum())
        stays[int(np.argmax(reached >= samplers.top_p)) + 1 :] = False
    stays &= shares >= samplers.min_p * shares[0]
    weights = np.where(stays, (shares / shares[0]) ** (1 / samplers.temperature), 0)
    return weights / weights.sum()


def near_a_threshold(shares: np.ndarray, samplers: Samplers) -> bool:
    kept = shares[: samplers.top_k or None]
    reached = np.cumsum(kept / kept.sum())
    close_p = samplers.top_p < 1 and np.min(np.abs(reached - samplers.top_p)) < 1e-4
    least = samplers.min_p * shares[0]
    close_min = least > 0 and np.min(np.abs(shares / least - 1)) < 1e-4
    return bool(close_p or close_min)


vocabularies = st.tuples(st.integers(2, 200), st.floats(0.05, 6), st.integers(0, 9999)).map(
    lambda wish: np.sort(
        np.random.default_rng(wish[2]).dirichlet(np.full(wish[0], 1 / wish[1])) + 1e-9
    )[::-1]
)
choices = st.builds(
    Samplers,
    temperature=st.sampled_from([0.0, 0.1, 0.5, 0.8, 1.0, 1.3, 2.0]),
    top_k=st.sampled_from([0, 1, 2, 5, 20, 40, 1000]),
    top_p=st.sampled_from([1.0, 0.99, 0.9, 0.5, 0.1]),
    min_p=st.sampled_from([0.0, 0.01, 0.05, 0.3, 1.0]),
)


@given(vocabularies, choices, st.integers(1, 30), st.integers(0, 199))
def test_the_truth_lies_within_the_bounds(shares, samplers, listed, chosen):
    shares = shares / shares.sum()
    assume(not near_a_threshold(shares, samplers))
    listed = min(listed, len(shares))
    places = list(range(listed))
    chosen %= len(shares)
    if chosen >= listed:
        places.append(chosen)
    truth = sampled(shares, samplers)
    found = resample(np.log(shares[places]), chosen + 1, len(shares), samplers)
    assert (found.lower <= truth[places] + CLOSE).all()
    assert (found.upper >= truth[places] - CLOSE).all()
    rest = 1 - truth[places].sum()
    assert found.rest_lower - CLOSE <= rest <= found.rest_upper + CLOSE
    for share, cut in zip(truth[places], found.removed_by, strict=True):
        assert cut is None or share == 0
    if found.rest_removed_by:
        assert rest == pytest.approx(0, abs=1e-9)


@given(vocabularies, choices)
@example(np.array([0.5, 0.3, 0.2]), Samplers())
def test_everything_is_exact_where_all_of_the_vocabulary_is_known(shares, samplers):
    shares = shares / shares.sum()
    assume(not near_a_threshold(shares, samplers))
    found = resample(np.log(shares), 1, len(shares), samplers)
    assert found.exact
    assert found.lower == pytest.approx(sampled(shares, samplers), abs=CLOSE)


@given(vocabularies, choices, st.integers(2, 30))
def test_bounds_are_shares(shares, samplers, listed):
    found = resample(np.log(shares[:listed] / shares.sum()), 1, len(shares), samplers)
    assert (found.lower >= 0).all()
    assert (found.lower <= found.upper + 1e-12).all()
    assert (found.upper <= 1 + 1e-9).all()
    assert found.lower.sum() + found.rest_lower <= 1 + 1e-9


TEN = np.log(np.array([0.4, 0.3, 0.1, 0.08, 0.05]))


def of_ten(**changes: float):
    """Five of a vocabulary of a thousand, with a rest of 7 %."""
    return resample(TEN, 1, 1000, Samplers(**changes))


def test_each_cut_names_what_it_removed():
    found = of_ten(top_k=4, top_p=0.85, min_p=0.5)
    assert found.removed_by == (None, None, Cut.min_p, Cut.top_p, Cut.top_k)
    assert found.rest_removed_by is Cut.top_k
    assert found.exact


def test_temperature_zero_keeps_the_most_likely_alone():
    found = of_ten(temperature=0.0, top_k=3)
    assert found.lower.tolist() == [1, 0, 0, 0, 0]
    assert set(found.removed_by[1:]) == {Cut.temperature}


def test_nothing_changes_without_samplers():
    found = of_ten()
    assert found.exact
    assert found.lower == pytest.approx(np.exp(TEN))
    assert found.rest_lower == pytest.approx(0.07)
    assert not any(found.removed_by)


def test_a_high_temperature_over_an_unknown_rest_is_a_bound():
    found = of_ten(temperature=2.0)
    assert not found.exact
    assert found.rest_lower < 0.5 < found.rest_upper


def test_a_cut_that_only_the_rest_could_settle_is_a_bound():
    found = of_ten(top_p=0.95)
    assert not found.exact
    assert found.removed_by == (None,) * 5


@pytest.mark.parametrize(("rank", "cut"), [(7, None), (9, Cut.top_k)])
def test_a_token_from_beyond_the_list_is_cut_by_its_rank(rank, cut):
    found = resample(np.append(TEN, np.log(0.01)), rank, 1000, Samplers(top_k=8))
    assert found.removed_by[-1] is cut
    assert (found.upper[-1] > 0) == (cut is None)
