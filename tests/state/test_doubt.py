import math

import pytest

from perhaps.state.doubt import Doubt, doubt_of


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
