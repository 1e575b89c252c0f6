"""Measures against their formulas in plain float64, and what always holds of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.probability.measures import (
    listed_shares,
    margins,
    mean,
    mean_logprob,
    perplexity,
    total_logprob,
)
from tests.probability.builders import token, trace_of, unmeasured

some_shares = st.lists(st.floats(0.001, 1), min_size=2, max_size=20).map(
    lambda values: sorted((value / (sum(values) * 1.01) for value in values), reverse=True)
)
some_logprobs = st.lists(st.floats(-60, 0), min_size=1, max_size=50)


@given(some_logprobs)
def test_means_are_those_of_the_formulas(values):
    logprobs = np.array(values)
    assert mean_logprob(logprobs) == pytest.approx(math.fsum(values) / len(values))
    assert total_logprob(logprobs) == pytest.approx(math.fsum(values))
    expected = math.exp(-math.fsum(values) / len(values))
    assert perplexity(logprobs) == pytest.approx(expected)


@given(some_logprobs)
def test_perplexity_lies_between_that_of_the_surest_and_the_least_sure_token(values):
    assert math.exp(-max(values)) <= perplexity(np.array(values)) * (1 + 1e-9)
    assert perplexity(np.array(values)) <= math.exp(-min(values)) * (1 + 1e-9)


def test_perplexity_of_even_chances_is_their_number():
    assert perplexity(np.full(5, math.log(1 / 4))) == pytest.approx(4)


@given(some_logprobs)
def test_unmeasured_tokens_do_not_count(values):
    assert mean(np.array([*values, math.nan])) == mean(np.array(values))


@pytest.mark.parametrize("measure", [mean, mean_logprob, perplexity, total_logprob])
def test_nothing_measured_has_no_figure(measure):
    assert measure(np.array([])) is None
    assert measure(np.array([math.nan])) is None


@given(st.lists(some_shares, max_size=6))
def test_margins_are_those_of_the_two_most_likely(answer):
    trace = trace_of(*[token(shares) for shares in answer], unmeasured(), token([0.5]))
    expected = [math.log(shares[0]) - math.log(shares[1]) for shares in answer]
    found = margins(trace)
    assert found[: len(answer)].tolist() == pytest.approx(expected, abs=1e-4)
    assert np.isnan(found[len(answer) :]).all()
    assert (found[: len(answer)] >= -1e-6).all()


@given(st.lists(some_shares, min_size=1, max_size=6))
def test_listed_shares_and_rests_are_all_there_is(answer):
    trace = trace_of(*[token(shares) for shares in answer])
    assert listed_shares(trace) + trace.rests == pytest.approx(1, abs=1e-4)
    assert listed_shares(trace) == pytest.approx([sum(shares) for shares in answer], abs=1e-5)
