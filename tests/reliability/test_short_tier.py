"""A short run of each harness; no time is asserted more tightly than the promise itself."""

from __future__ import annotations

import pytest

from perhaps.inference.supervision.reports import Deadlines
from tests.reliability import churn, engine_death, report, stopping

SEED = 20260921


@pytest.fixture(autouse=True)
def keep_failures_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "KEPT", tmp_path)


def test_death_of_the_engine_costs_one_answer():
    kinds = dict(zip(engine_death.STAGES, 2 * engine_death.SIGNALS, strict=True))
    every = engine_death.trials(1, SEED)
    wanted = [trial for trial in every if trial.signal is kinds[trial.stage]]
    outcomes, failures = engine_death.endure_all(wanted, "tiny")
    assert not failures
    assert len(outcomes) == len(engine_death.STAGES)


def test_frozen_engine_is_replaced():
    told, failures = engine_death.freeze_all(1, SEED, "tiny", Deadlines(quiet=0.5, pong=2.5))
    assert not failures
    assert len(told) == 1


def test_stop_is_obeyed_in_every_stage():
    stops = stopping.stop_everywhere(1, SEED, "tiny")
    assert not stopping.judge(stops, 1, strict=False)


def test_churn_leaves_nothing_behind():
    tally = churn.churn(churn.LIFE + 5, SEED, "tiny")
    assert not tally.failures
    assert max(tally.closings) <= churn.CLOSE_SECONDS
