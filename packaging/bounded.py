"""Checks that may be left out of a run: where they cannot be had, or where time is short."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass

from environment import ROOT, UNAVAILABLE, Command, give_up, say

ENDING_SECONDS = 10


@dataclass(frozen=True)
class Limits:
    """Seconds; the whole run takes at most the sum."""

    latest_start: float
    """Of the run, after which the checks are not begun."""
    duration: float
    """Of the checks."""


def run(name: str, command: Command, seconds_gone: float, limits: Limits) -> None:
    """Run checks, or say why they are left out; ends us with a sentence where they fail."""
    if seconds_gone > limits.latest_start:
        gone, most = _minutes(seconds_gone), _minutes(limits.latest_start)
        say(f"{name} are left out: {gone} minutes are gone, and they begin within {most}.")
        return
    code = _exit_code(command, limits.duration)
    if code is None:
        say(f"the rest of {name} is left out: {_minutes(limits.duration)} minutes were not enough.")
    elif code == UNAVAILABLE:
        say(f"{name} are left out: this machine lacks what they take, as told above.")
    elif code != 0:
        give_up(f"failed: {name}")


def _exit_code(command: Command, seconds: float) -> int | None:
    """Wait for a command; None where it and all that it started had to be ended."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            _end_group(process)
            return None
        except BaseException:
            _end_group(process)
            raise


def _end_group(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_SECONDS)
    with suppress(ProcessLookupError):  # all of it obeyed
        os.killpg(process.pid, signal.SIGKILL)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f}"
