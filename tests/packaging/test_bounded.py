"""Checks at the end of a long run: never in its way, and never passed over where they fail."""

import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import bounded
from environment import UNAVAILABLE

ROOMY = bounded.Limits(latest_start=1200, duration=600)


def python(program):
    return [sys.executable, "-c", program]


def ends_with(code):
    return python(f"raise SystemExit({code})")


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_checks_that_pass_say_nothing(capfd):
    bounded.run("such tests", ends_with(0), seconds_gone=0, limits=ROOMY)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("code", [1, 2, 139])
def test_checks_that_fail_end_the_run(code, capfd):
    with pytest.raises(SystemExit) as ended:
        bounded.run("such tests", ends_with(code), seconds_gone=0, limits=ROOMY)
    assert ended.value.code == 1
    assert capfd.readouterr().err == "Perhaps: failed: such tests\n"


def test_what_a_machine_lacks_fails_nothing(capfd):
    bounded.run("such tests", ends_with(UNAVAILABLE), seconds_gone=0, limits=ROOMY)
    assert "such tests are left out: this machine lacks" in capfd.readouterr().err


def test_nothing_begins_late(tmp_path, capfd):
    began = tmp_path / "began"
    command = python(f"open({str(began)!r}, 'w')")
    bounded.run("such tests", command, seconds_gone=1201, limits=ROOMY)
    assert not began.exists()
    assert "left out: 20 minutes are gone, and they begin within 20." in capfd.readouterr().err
    bounded.run("such tests", command, seconds_gone=1199, limits=ROOMY)
    assert began.exists()


def becomes_true(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.skipif(os.name == "nt", reason="there are no process groups")
def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path, capfd):
    child = tmp_path / "child"
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    command = python(
        "import subprocess, sys, time, pathlib;"
        f"child = subprocess.Popen([sys.executable, '-c', {stubborn + 'time.sleep(60)'!r}]);"
        "time.sleep(0.5);"
        f"pathlib.Path({str(child)!r}).write_text(str(child.pid));"
        "time.sleep(60)"
    )
    began = time.monotonic()
    bounded.run("such tests", command, 0, bounded.Limits(latest_start=60, duration=3))
    assert time.monotonic() - began < 30
    assert becomes_true(lambda: not is_running(int(child.read_text())))
    assert "the rest of such tests is left out" in capfd.readouterr().err
