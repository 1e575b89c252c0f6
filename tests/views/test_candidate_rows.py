import numpy as np
import pytest

from perhaps.inference.protocol import SamplingOptions, TokenStep
from perhaps.probability.what_if import Cut, resample
from perhaps.views.candidate_rows import candidate_rows
from tests.helpers.scripts import VOCABULARY_SIZE, token_step


def rows_of(step, limit, *, what_if=False, **samplers):
    logprobs = np.array([candidate.logprob for candidate in step.candidates])
    options = SamplingOptions(**samplers)
    resampled = resample(logprobs, step.rank, VOCABULARY_SIZE, options)
    return candidate_rows(step, limit, resampled, what_if=what_if)


@pytest.mark.parametrize("limit", [2, 8, 20])
@pytest.mark.parametrize("piece", [" owl", " eagle", "."])
def test_rows_share_out_everything(piece, limit):
    rows = rows_of(token_step(piece), limit)
    assert len(rows) == limit + 1
    assert sum(row.raw for row in rows) == pytest.approx(1.0, abs=1e-6)
    assert [row.chosen for row in rows].count(True) == 1
    assert rows[-1].candidate is None


def test_an_unlikely_choice_is_still_listed():
    step = token_step(" owl", rank=15)
    rows = rows_of(step, 8)
    chosen = [row for row in rows if row.chosen]
    assert chosen[0].candidate.id == step.id
    assert rows.index(chosen[0]) == 7


def test_equal_probability_does_not_mark_two():
    step = token_step(" owl")
    twins = (step.candidates[0], step.candidates[0].__class__(-5, b"x", step.logprob, 0.0))
    twin_step = TokenStep(**{**step.__dict__, "candidates": twins})
    assert [row.chosen for row in rows_of(twin_step, 8)] == [True, False, False]


def test_an_unmeasured_token_has_no_rows():
    step = token_step(" owl")
    bare = TokenStep(**{**step.__dict__, "candidates": (), "logprob": None, "rest": None})
    assert candidate_rows(bare, 8, None) == []


@pytest.mark.parametrize("limit", [2, 8, 20])
def test_tried_samplers_share_out_everything_too(limit):
    rows = rows_of(token_step(" owl"), limit, what_if=True, temperature=0.7, top_k=5, min_p=0.0)
    assert sum(row.sampled for row in rows) == pytest.approx(1, abs=1e-5)
    assert sum(row.most for row in rows) == pytest.approx(1, abs=1e-5)


def test_a_removed_candidate_says_by_what():
    rows = rows_of(token_step(" owl"), 20, what_if=True, top_k=3, top_p=1.0, min_p=0.0)
    assert [row.removed_by for row in rows] == [None] * 3 + [Cut.top_k] * 18


def test_a_bound_is_open_between_the_least_and_the_most():
    rows = rows_of(
        token_step(" owl"), 20, what_if=True, temperature=2.0, top_k=0, top_p=1.0, min_p=0.0
    )
    assert all(row.sampled < row.most for row in rows)
    assert all(row.removed_by is None for row in rows)


def test_each_row_knows_which_candidate_it_is():
    step = token_step(" owl", rank=15)
    rows = rows_of(step, 8)
    assert [row.index for row in rows] == [*range(7), 14, None]
    assert all(step.candidates[row.index] is row.candidate for row in rows[:-1])
