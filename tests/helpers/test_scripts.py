from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.scripts import VOCABULARY_SIZE, answer_script, token_step


@given(st.text(min_size=1, max_size=8), st.integers(1, 20))
def test_scripted_steps_are_probable(piece, rank):
    step = token_step(piece, rank=rank)
    probabilities = [math.exp(candidate.logprob) for candidate in step.candidates]
    assert sum(probabilities) + step.rest == pytest.approx(1)
    assert probabilities == sorted(probabilities, reverse=True)
    chosen = step.candidates[rank - 1]
    assert (chosen.id, chosen.bytes, chosen.logprob) == (step.id, step.bytes, step.logprob)
    assert 0 < step.entropy < math.log(VOCABULARY_SIZE)
    assert sum(candidate.sampled_probability for candidate in step.candidates) <= 1


def test_script_says_its_words():
    assert (
        "".join(step.text for step in answer_script("Two  red apples").steps) == "Two  red apples"
    )


def test_same_words_give_the_same_steps():
    assert answer_script("Perhaps not.") == answer_script("Perhaps not.")
