"""A short run of the harnesses of the archive."""

from __future__ import annotations

import pytest

from tests.reliability import damaged_archives, kill_points, killed_window, report
from tests.reliability.archive_scripts import SCRIPTS

SEED = 20261120


@pytest.fixture(autouse=True)
def keep_failures_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "KEPT", tmp_path)


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_promised_survives_a_kill_and_a_failing_disk(script):
    if reason := kill_points.available():
        pytest.skip(reason)
    tally = kill_points.Tally()
    kill_points.endure(script, "KILL", 40, SEED, tally, ("pwrite64", "fdatasync", "rename"))
    kill_points.endure(script, "ENOSPC", 80, SEED, tally, ("pwrite64",))
    kill_points.endure(script, "EIO", 20, SEED, tally, ("fdatasync",))
    assert not tally.failures
    assert tally.points["KILL"]


def test_damaged_archives_are_salvaged_and_never_overwritten():
    tally = damaged_archives.endure(2 * len(damaged_archives.KINDS), SEED)
    assert not tally.failures
    assert tally.noticed >= len(damaged_archives.KINDS)


def test_the_window_is_killed_while_a_robot_types():
    tally = killed_window.endure(2, SEED, longest=3.0)
    assert not tally.failures
