"""Bars, medians and ratios."""

import pytest

from perhaps.bench.results import Row, at_least, at_most, ratio


@pytest.mark.parametrize(
    ("bar", "good", "bad"), [(at_least(0.99), 0.99, 0.98), (at_most(150), 150.0, 151.0)]
)
def test_a_bar_includes_its_limit(bar, good, bad):
    assert bar.met(good)
    assert not bar.met(bad)


def test_the_median_decides_and_not_the_outlier():
    row = Row("waiting", "Perhaps", "ms", (1.0, 2.0, 90.0), at_most(3))
    assert row.median == 2.0
    assert row.met is True


def test_without_a_bar_nothing_is_met_or_missed():
    assert Row("waiting", "Perhaps", "ms", (1.0,)).met is None


def test_a_ratio_is_taken_round_by_round():
    # The second round ran on a busy machine: both were slow, the ratio is not.
    row = ratio("speed", "Perhaps", (100.0, 10.0), (50.0, 5.0))
    assert row.values == (2.0, 2.0)


def test_a_ratio_of_unequal_rounds_is_refused():
    with pytest.raises(ValueError, match="zip"):
        ratio("speed", "Perhaps", (1.0, 2.0), (1.0,))
