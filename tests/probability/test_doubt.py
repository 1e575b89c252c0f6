import math

import pytest

from perhaps.probability.doubt import (
    Doubt,
    Tint,
    doubt_in,
    doubt_of,
    doubt_of_entropy,
    doubt_of_rank,
)
from tests.probability.builders import token, trace_of


@pytest.mark.parametrize(
    ("probability", "doubt"),
    [
        (1.0, Doubt.none),
        (0.9, Doubt.none),
        (0.899, Doubt.slight),
        (0.5, Doubt.slight),
        (0.499, Doubt.some),
        (0.2, Doubt.some),
        (0.199, Doubt.strong),
        (1e-9, Doubt.strong),
    ],
)
def test_steps_of_doubt(probability, doubt):
    assert doubt_of(math.log(probability) + 1e-12) is doubt


def test_an_unmeasured_token_is_plain():
    assert doubt_of(None) is Doubt.none


def test_a_value_that_is_not_a_number_is_plain():
    assert doubt_of(math.nan) is Doubt.none
    assert doubt_of_entropy(math.nan) is Doubt.none
    assert doubt_of_rank(0) is Doubt.none


@pytest.mark.parametrize(
    ("rank", "doubt"),
    [(1, Doubt.none), (2, Doubt.slight), (3, Doubt.some), (4, Doubt.some), (5, Doubt.strong)],
)
def test_steps_of_rank(rank, doubt):
    assert doubt_of_rank(rank) is doubt


@pytest.mark.parametrize(
    ("entropy", "doubt"),
    [(0.0, Doubt.none), (0.5, Doubt.slight), (1.0, Doubt.some), (2.0, Doubt.strong)],
)
def test_steps_of_entropy(entropy, doubt):
    assert doubt_of_entropy(entropy) is doubt


def test_a_tint_tells_what_it_is_asked_for():
    trace = trace_of(token([0.6, 0.3], chosen=1, entropy=2.5))
    tints = {tint: doubt_in(trace, 0, tint) for tint in Tint}
    assert tints == {
        Tint.probability: Doubt.some,
        Tint.rank: Doubt.slight,
        Tint.entropy: Doubt.strong,
        Tint.off: Doubt.none,
    }
