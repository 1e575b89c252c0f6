"""What-if samplers say what the engine's own samplers do to real logits."""

import itertools

import numpy as np
import pytest

from perhaps.inference.protocol import SamplingOptions
from perhaps.probability.what_if import resample
from tests.engine.conftest import answer, picture, prompt

TEMPERATURES = (0.3, 1.0, 1.7)
CUTS = [
    {"top_k": 0, "top_p": 1.0, "min_p": 0.0},
    {"top_k": 5, "top_p": 1.0, "min_p": 0.0},
    {"top_k": 40, "top_p": 0.95, "min_p": 0.05},
    {"top_k": 20, "top_p": 0.5, "min_p": 0.0},
    {"top_k": 12, "top_p": 0.3, "min_p": 0.9},
    {"top_k": 0, "top_p": 1.0, "min_p": 0.8},
    {"top_k": 0, "top_p": 0.02, "min_p": 0.0},
]
WISHES = [
    {"temperature": 0.0, "top_k": 40, "top_p": 0.95, "min_p": 0.05},
    *[{"temperature": heat, **cut} for heat, cut in itertools.product(TEMPERATURES, CUTS)],
]


@pytest.fixture(scope="module")
def compared(seeing):
    """Pairs of what the engine gave its candidates and what we say of them."""
    pairs = []
    for seed, wish in enumerate(WISHES):
        whole = answer(
            seeing, prompt("Draw.", picture()), **wish, top_logprobs=20, max_tokens=12, seed=seed
        )
        for step in whole.steps:
            listed = step.measures.candidates
            logprobs = np.array([candidate.logprob for candidate in listed])
            given = np.array([candidate.sampled_probability for candidate in listed])
            size = seeing.info().vocabulary_size
            found = resample(logprobs, step.measures.rank, size, SamplingOptions(**wish))
            pairs.append((given, found))
    return pairs


def test_what_is_called_exact_is_what_the_engine_gave(compared):
    exact = [(given, found) for given, found in compared if found.exact]
    assert len(exact) > len(compared) / 3
    for given, found in exact:
        assert found.lower == pytest.approx(given, abs=1e-4)
        assert found.upper == pytest.approx(given, abs=1e-4)


def test_what_the_engine_gave_lies_within_the_bounds(compared):
    for given, found in compared:
        assert (found.lower <= given + 1e-4).all()
        assert (found.upper >= given - 1e-4).all()


def test_what_is_called_removed_got_nothing(compared):
    removals = [
        share
        for given, found in compared
        for share, cut in zip(given, found.removed_by, strict=True)
        if cut is not None
    ]
    assert removals
    assert not any(removals)
