import pytest

from perhaps.inference.protocol import TokenStep
from perhaps.views.candidate_rows import candidate_rows
from tests.helpers.scripts import token_step


@pytest.mark.parametrize("limit", [2, 8, 20])
@pytest.mark.parametrize("piece", [" owl", " eagle", "."])
def test_rows_share_out_everything(piece, limit):
    rows = candidate_rows(token_step(piece), limit)
    assert len(rows) == limit + 1
    assert sum(row.raw for row in rows) == pytest.approx(1.0, abs=1e-6)
    assert [row.chosen for row in rows].count(True) == 1
    assert rows[-1].candidate is None


def test_an_unlikely_choice_is_still_listed():
    step = token_step(" owl", rank=15)
    rows = candidate_rows(step, 8)
    chosen = [row for row in rows if row.chosen]
    assert chosen[0].candidate.id == step.id
    assert rows.index(chosen[0]) == 7


def test_equal_probability_does_not_mark_two():
    step = token_step(" owl")
    twins = (step.candidates[0], step.candidates[0].__class__(-5, b"x", step.logprob, 0.0))
    twin_step = TokenStep(**{**step.__dict__, "candidates": twins})
    assert [row.chosen for row in candidate_rows(twin_step, 8)] == [True, False, False]


def test_an_unmeasured_token_has_no_rows():
    step = token_step(" owl")
    bare = TokenStep(**{**step.__dict__, "candidates": (), "logprob": None, "rest": None})
    assert candidate_rows(bare, 8) == []
