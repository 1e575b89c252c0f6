"""Rates are of the time between two reports; another model begins anew."""

import pytest

from perhaps.state.engine_figures import MOMENTS, EngineFigures
from perhaps.state.engine_state import EngineState
from tests.helpers.scripts import statistics
from tests.state.builders import PAIR, a_model


@pytest.fixture
def told(link):
    """Give the figures, and a way to tell statistics a while after the last ones."""
    now = [100.0]
    engine = EngineState(link, link)
    figures = EngineFigures(link, engine, clock=lambda: now[0])
    engine.load(PAIR)
    link.model_loaded.emit(a_model())

    def tell(after: float, **changes: float) -> None:
        now[0] += after
        link.statistics_told.emit(statistics(**changes))

    return figures, tell


def test_rates_are_between_two_reports(told):
    figures, tell = told
    tell(0.0, batches=10, batch_tokens=100, batch_ms=50.0, generated_tokens=8)
    tell(0.5, batches=20, batch_tokens=140, batch_ms=130.0, generated_tokens=48)
    assert list(figures.series.tokens_per_second) == [80.0]
    assert list(figures.series.batch_ms) == [8.0]
    assert list(figures.series.batch_tokens) == [4.0]


def test_a_moment_without_batches_has_no_rates(told):
    figures, tell = told
    tell(0.0, batches=10, answers=1)
    tell(0.5, batches=10, answers=1, waiting=3)
    assert not figures.series.tokens_per_second
    assert list(figures.series.waiting) == [0, 3]


def test_only_the_latest_moments_are_kept(told):
    figures, tell = told
    for i in range(MOMENTS + 30):
        tell(0.25, batches=i, held_tokens=i)
    assert len(figures.series.held_tokens) == MOMENTS
    assert figures.series.held_tokens[0] == 30


def test_another_model_begins_anew(told, link):
    figures, tell = told
    tell(0.0, batches=10)
    link.findChild(EngineState).load(PAIR)
    link.model_loaded.emit(a_model())
    assert figures.latest is None
    assert not figures.series.answers
