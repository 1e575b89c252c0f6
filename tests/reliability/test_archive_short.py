"""A short run of the harnesses of the archive."""

from __future__ import annotations

import pytest

from tests.reliability import (
    damaged_archives,
    forked_scripts,
    kill_points,
    killed_window,
    power_cut,
    report,
)
from tests.reliability.archive_scripts import SCRIPTS

SEED = 20261120


@pytest.fixture(autouse=True)
def keep_failures_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "KEPT", tmp_path)


@pytest.fixture(scope="module")
def server():
    if reason := forked_scripts.available():
        pytest.skip(reason)
    with forked_scripts.ScriptServer() as running:
        yield running


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_promised_survives_a_kill_and_a_failing_disk(server, script):
    tally = kill_points.Tally()
    for fault in kill_points.FAULTS:
        kill_points.endure(server, script, fault, 20, SEED, tally)
    assert not tally.failures
    assert all(tally.points[fault] for fault in kill_points.FAULTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_promised_survives_a_power_cut(server, script):
    tally = power_cut.Tally()
    power_cut.endure(server, script, 30, SEED, tally)
    assert not tally.failures
    assert tally.cuts[script]


def test_damaged_archives_are_salvaged_and_never_overwritten():
    tally = damaged_archives.endure(2 * len(damaged_archives.KINDS), SEED)
    assert not tally.failures
    assert tally.noticed >= len(damaged_archives.KINDS)


def test_the_window_is_killed_while_a_robot_types():
    tally = killed_window.endure(2, SEED, longest=3.0)
    assert not tally.failures
