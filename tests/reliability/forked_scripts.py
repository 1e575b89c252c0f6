"""Runs scripts of `archive_scripts` in processes that strace can meddle with, quickly.

One process has everything imported and forks for each script; strace takes hold of the fork while
it waits before its first line. So a run costs some 30 ms, not a start of Python.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.reliability import archive_scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

GATE = "gate"
OUTPUT = "output"
ERRORS = "errors"
TRACE = "trace"
_SET_PTRACER = 0x59616D61
_ANYONE = -1


@dataclass(frozen=True)
class Outcome:
    """How one script ended."""

    promises: list[list[Any]]
    killed: bool
    error: str
    """The last line of what it wrote on stderr; empty where it ended well."""
    trace: str
    """What strace wrote."""


def available() -> str:
    """Say why strace cannot be used here; nothing where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = subprocess.run(["strace", "-qq", "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {probe.stderr.strip()}" if probe.returncode else ""


class ScriptServer:
    """Starts scripts, each in a fork; use it in a `with`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.forked_scripts"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=Path(__file__).parents[2],
        )

    def __enter__(self) -> ScriptServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, script: str, folder: Path, options: Sequence[str]) -> Outcome:
        """Run a script on the archive in `folder` under strace with these options."""
        place = folder.parent
        os.mkfifo(place / GATE)
        pid = self._ask(script, folder)
        strace = subprocess.Popen(
            ["strace", "-o", str(place / TRACE), *options, "-p", str(pid)],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert strace.stderr is not None
        told = strace.stderr.readline()
        with (place / GATE).open("w"):
            assert "attached" in told, told
        status = os.waitstatus_to_exitcode(self._answer())
        strace.communicate()
        lines = (place / OUTPUT).read_text().splitlines()
        errors = (place / ERRORS).read_text().strip().splitlines()
        return Outcome(
            promises=[json.loads(line) for line in lines if line.endswith("]")],
            killed=status == -9,
            error=(errors or [f"exit status {status}"])[-1] if status > 0 else "",
            trace=(place / TRACE).read_text(),
        )

    def _ask(self, script: str, folder: Path) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{script} {folder}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def serve() -> None:
    """Fork for each line on stdin; tell the id of the process, then how it ended."""
    # Some systems let only parents trace; strace is none.
    ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYONE, 0, 0, 0)
    for line in sys.stdin:
        script, _, folder = line.rstrip("\n").partition(" ")
        pid = os.fork()
        if pid == 0:
            _become(script, Path(folder))
        os.write(1, f"{pid}\n".encode())
        os.write(1, f"{os.waitpid(pid, 0)[1]}\n".encode())


def _become(script: str, folder: Path) -> None:
    place = folder.parent
    ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYONE, 0, 0, 0)
    for descriptor, name in ((1, OUTPUT), (2, ERRORS)):
        os.dup2(os.open(place / name, os.O_WRONLY | os.O_CREAT), descriptor)
    # Opens once strace has taken hold.
    (place / GATE).open().close()
    status = 1
    try:
        archive_scripts.run(script, folder)
        status = 0
    finally:
        if status:
            os.write(2, traceback.format_exc().encode())
        os._exit(status)


if __name__ == "__main__":
    serve()
