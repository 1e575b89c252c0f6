"""Curves keep what matters of many tokens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.views.chart_curves import MOST_POINTS, highest, lowest, whole_nats

values = st.lists(st.floats(-50, 0), min_size=1, max_size=1000).map(np.array)


@given(values)
def test_the_extremes_are_on_the_curve_at_their_place(logprobs):
    places, heights = lowest(logprobs, 0, len(logprobs))
    assert len(places) <= MOST_POINTS
    assert heights.min() == logprobs.min()
    assert logprobs[places.astype(int)].tolist() == heights.tolist()
    assert (np.diff(places) > 0).all()


@given(values, st.integers(0, 999), st.integers(0, 999))
def test_a_part_shows_that_part(entropies, first, stop):
    first, stop = sorted((min(first, len(entropies)), min(stop, len(entropies))))
    places, heights = highest(entropies, first, stop)
    assert ((places >= first) & (places < stop)).all()
    if first < stop:
        assert heights.max() == entropies[first:stop].max()


def test_few_tokens_are_all_on_the_curve():
    logprobs = np.array([-0.5, -3.0, -0.1])
    places, heights = lowest(logprobs, 0, 3)
    assert (places.tolist(), heights.tolist()) == ([0, 1, 2], [-0.5, -3.0, -0.1])


def test_unmeasured_tokens_are_gaps():
    _places, heights = lowest(np.array([-1.0, np.nan, -2.0]), 0, 3)
    assert np.isnan(heights).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("logprobs", "entropies", "nats"),
    [([], [], 1), ([-0.2], [0.1], 1), ([-2.1], [0.4], 3), ([-0.2, np.nan], [4.5, np.nan], 5)],
)
def test_the_scale_holds_both_curves(logprobs, entropies, nats):
    assert whole_nats(np.array(logprobs), np.array(entropies)) == nats
