"""Two starts of the program, as two processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from perhaps.first_instance import LONGEST_MESSAGE, FirstInstance
from perhaps.paths import PACKAGE, resources_path

PROGRAM = """
import json, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

def window():
    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")

def look():
    names = [each.name for each in window()._session.attachments.items]
    if len(names) < int(sys.argv[1]):
        QTimer.singleShot(30, look)
        return
    print(json.dumps(names), flush=True)
    window().close()

if __name__ == "__main__":
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(0, lambda: print("open", flush=True))
    QTimer.singleShot(0, look)
    sys.exit(open_window(sys.argv[2:]))
"""


@pytest.fixture
def start(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    paths = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    started = []

    def start_one(count, *pictures, cwd=tmp_path):
        command = [sys.executable, str(program), str(count), *map(str, pictures)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
            cwd=cwd,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_second_start_hands_its_picture_over_and_ends(start):
    samples = resources_path() / "samples"
    first = start(2, samples / "star.png")
    assert first.stdout.readline() == "open\n"
    second = start(99, "triangles.png", cwd=samples)
    assert second.wait(30) == 0
    assert json.loads(first.stdout.readline()) == ["star.png", "triangles.png"]
    assert first.wait(30) == 0


def test_a_killed_program_is_no_first_one(start):
    first = start(99)
    assert first.stdout.readline() == "open\n"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = start(0)
    assert second.stdout.readline() == "open\n"
    assert second.wait(30) == 0


@pytest.fixture
def first(qapp, tmp_path):
    first = FirstInstance(tmp_path)
    assert first.claim()
    yield first
    first.release()


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b"[1, null]\n", b"\xff\xfe\n"])
def test_nonsense_is_answered_and_opens_nothing(first, qtbot, line):
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    assert socket.waitForConnected(1000)
    with qtbot.waitSignal(first.called) as called:
        socket.write(line)
    assert called.args == [[]]


def test_an_endless_message_is_cut_off(first, qtbot):
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    assert socket.waitForConnected(1000)
    socket.write(b"x" * (LONGEST_MESSAGE + 100_000))
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)


def test_names_that_are_no_text_arrive_as_they_are(first, tmp_path, qtbot):
    program = (
        "import sys, pathlib, PySide6.QtCore as q; app = q.QCoreApplication([]);"
        "from perhaps.first_instance import FirstInstance;"
        "one = FirstInstance(pathlib.Path(sys.argv[1]));"
        "sys.exit(not (not one.claim() and one.call([sys.argv[2]])))"
    )
    name = os.fsdecode(b"\xff.png")
    command = [sys.executable, "-c", program, str(tmp_path), name]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    with qtbot.waitSignal(first.called, timeout=30_000) as called:
        second = subprocess.Popen(command, env=environment)
    assert second.wait(10) == 0
    assert called.args == [[name]]


def test_a_folder_that_takes_no_lock_stops_nobody(qapp, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    instance = FirstInstance(Path(blocked))
    assert instance.claim()
    instance.release()


def test_a_first_one_that_does_not_answer_is_told(first, tmp_path):
    other = FirstInstance(tmp_path)
    began = time.monotonic()
    assert not other.claim()
    first._server.close()
    assert not other.call([])
    assert time.monotonic() - began < 5
