"""The program as it is started, with the real engine host behind it."""

import json
import os
import subprocess
import sys
import time

import pytest

from perhaps.paths import PACKAGE, resources_path

PROGRAM = """
import json, os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

started = time.monotonic()

def window():
    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")

def fail_once():
    raise ValueError("planted")

def look():
    attachment = window().page.composer._session.attachments.items[0]
    if attachment.phase == "reading" and time.monotonic() - started < 20:
        QTimer.singleShot(50, look)
        return
    facts = {
        "phase": attachment.phase,
        "sentence": window().page.notice.sentence,
        "host": window()._session.link.host_pid,
        "closing": time.monotonic(),
    }
    print(json.dumps(facts), flush=True)
    window().close()

if __name__ == "__main__":
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(0, fail_once)
    QTimer.singleShot(0, look)
    code = open_window([sys.argv[1]])
    print(json.dumps({"closed": time.monotonic()}), flush=True)
    sys.exit(code)
"""


@pytest.fixture
def run(tmp_path):
    """Run the program with a picture; gives its facts and the process."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    picture = resources_path() / "samples" / "star.png"
    paths = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(program), str(picture)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    facts: dict = {}
    for line in done.stdout.splitlines():
        facts |= json.loads(line)
    return facts, done


def test_the_program_opens_survives_a_fault_and_ends_cleanly(run):
    facts, done = run
    assert done.returncode == 0, done.stderr
    assert facts["phase"] == "ready"
    assert "ValueError" in facts["sentence"]
    assert facts["closed"] - facts["closing"] < 3.0
    assert not _alive(facts["host"])


def _alive(pid: int) -> bool:
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True
