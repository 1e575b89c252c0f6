"""Log-probabilities against the formulas, on made-up rows and on a real model's logits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from perhaps import _engine
from perhaps.errors import ComputeError
from tests.engine.conftest import answer, picture, prompt


def log_softmax(logits):
    """Give it in float64, straight from its definition."""
    x = np.asarray(logits, dtype=np.float64)
    x = x - x.max()
    return x - np.log(np.exp(x).sum())


def entropy(logprobs):
    return -np.sum(np.exp(logprobs) * logprobs)


rows = arrays.arrays(
    np.float32,
    st.integers(1, 3000),
    elements=st.floats(-80, 80, width=32),
)


@pytest.mark.parametrize("kernel", _engine.kernels())
@settings(deadline=None, max_examples=60)
@given(row=rows)
def test_every_kernel_agrees_with_float64(kernel, row):
    expected = log_softmax(row)
    found = _engine.measure(row, 20, kernel)
    for token in found.top:
        assert found.logprob(token.logit) == pytest.approx(expected[token.id], abs=1e-4)
    assert found.entropy == pytest.approx(entropy(expected), abs=1e-3)
    assert [t.id for t in found.top] == np.argsort(-row, kind="stable")[:20].tolist()


def test_a_row_that_is_no_distribution_is_refused():
    row = np.zeros(100, np.float32)
    row[3] = np.nan
    with pytest.raises(ComputeError, match="not valid logits"):
        _engine.measure(row, 5)


@pytest.fixture(scope="module")
def steps(seeing):
    return answer(seeing, prompt("What is it?", picture()), keep_logits=True).steps


def test_logprobs_are_those_of_the_logits(steps):
    for step in steps:
        expected = log_softmax(step.logits)
        assert step.measures.logprob == pytest.approx(expected[step.id], abs=1e-4)
        assert step.measures.entropy == pytest.approx(entropy(expected), abs=1e-3)
        for candidate in step.measures.candidates:
            assert candidate.logprob == pytest.approx(expected[candidate.id], abs=1e-4)


def test_candidates_are_sorted_and_sum_to_one_with_the_rest(steps):
    for step in steps:
        logprobs = [candidate.logprob for candidate in step.measures.candidates]
        assert logprobs == sorted(logprobs, reverse=True)
        assert max(logprobs) <= 0
        assert np.exp(logprobs).sum() + step.measures.rest == pytest.approx(1, abs=1e-4)


def test_the_most_likely_token_is_taken_at_temperature_zero(steps):
    for step in steps:
        assert step.measures.rank == 1
        assert step.measures.candidates[0].id == step.id
        assert [c.sampled_probability for c in step.measures.candidates][:2] == [1, 0]


def test_the_chosen_token_is_listed_with_its_rank(seeing):
    drawn = answer(
        seeing,
        prompt("Draw."),
        temperature=3.0,
        top_k=0,
        top_p=1.0,
        min_p=0.0,
        top_logprobs=2,
        max_tokens=40,
        seed=1,
        keep_logits=True,
    )
    outside = [step for step in drawn.steps if step.measures.rank > 2]
    assert outside, "at temperature 3 some token must come from beyond the first two"
    for step in drawn.steps:
        order = np.argsort(-step.logits, kind="stable")
        assert order[step.measures.rank - 1] == step.id
        assert step.id in [candidate.id for candidate in step.measures.candidates]


@pytest.mark.parametrize("top_k", [0, 40, 200])
def test_sampled_probabilities_follow_the_chain(seeing, top_k):
    temperature = 0.7
    drawn = answer(
        seeing,
        prompt("Draw."),
        temperature=temperature,
        top_k=top_k,
        top_p=1.0,
        min_p=0.0,
        top_logprobs=64,
        seed=5,
        keep_logits=True,
    )
    for step in drawn.steps:
        kept = np.sort(step.logits)[::-1][: top_k or None] / temperature
        expected = np.exp(log_softmax(kept))
        listed = step.measures.candidates[:64]  # a token drawn from beyond comes last
        shown = [candidate.sampled_probability for candidate in listed]
        assert shown == pytest.approx(np.append(expected, np.zeros(64))[:64], abs=1e-4)


def test_top_p_removes_what_lies_beyond(seeing):
    drawn = answer(seeing, prompt("Draw."), temperature=1.0, top_p=0.5, min_p=0.0, seed=5)
    for step in drawn.steps:
        shares = [candidate.sampled_probability for candidate in step.measures.candidates]
        assert 0 in shares
        assert sum(shares) == pytest.approx(1, abs=1e-4)


def test_none_is_computed_where_none_is_asked_for(seeing):
    plain = answer(seeing, prompt("What is it?", picture()), top_logprobs=0)
    assert all(step.measures is None for step in plain.steps)
    assert plain.ids == answer(seeing, prompt("What is it?", picture())).ids


def test_a_seed_draws_the_same_tokens_again(seeing):
    def drawn(seed):
        return answer(seeing, prompt("Draw."), temperature=1.0, seed=seed).ids

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
