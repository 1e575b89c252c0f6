import json
import logging
import os
import signal
import subprocess
import sys

import pytest

from perhaps.crash_reports import MOST_REPORTS, CrashReports
from perhaps.paths import PACKAGE


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "crashes"


def reports_of(folder):
    return CrashReports(folder, folder.parent / "engine.log")


def test_a_run_that_closed_leaves_nothing_to_tell(folder):
    first = reports_of(folder)
    assert first.begin() == ""
    first.end()
    again = reports_of(folder)
    assert again.begin() == ""
    again.end()


def test_chats_that_were_not_closed_in_time_are_told_of(folder):
    first = reports_of(folder)
    first.begin()
    first.end(closed=False)
    again = reports_of(folder)
    assert "ended without closing" in again.begin()
    again.end()


CRASH = """
import faulthandler, logging, pathlib, sys
from perhaps.crash_reports import CrashReports
folder = pathlib.Path(sys.argv[1])
reports = CrashReports(folder, folder.parent / "engine.log")
reports.begin()
logging.getLogger("perhaps.window").error("the last words")
faulthandler._sigsegv()
"""


def test_a_crash_is_told_once_with_where_it_was(folder):
    (folder.parent / "engine.log").write_text("words of the engine\n")
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder)], env=environment, check=False)
    assert done.returncode == -signal.SIGSEGV
    reports = reports_of(folder)
    text = reports.begin()
    reports.end()
    for words in ("Segmentation fault", 'File "<string>"', "the last words", "words of the engine"):
        assert words in text
    again = reports_of(folder)
    assert again.begin() == ""
    again.end()


def test_few_reports_are_kept_and_each_is_bounded(folder):
    (folder.parent / "engine.log").write_bytes(b"\xff long line\n" * 100_000)
    reports = reports_of(folder)
    reports.begin()
    for number in range(MOST_REPORTS + 3):
        reports.note_engine_lost(f"lost {number}.")
    reports.end()
    kept = list(folder.glob("report-*.txt"))
    assert len(kept) == MOST_REPORTS
    assert max(path.stat().st_size for path in kept) < 100_000


def test_the_latest_report_is_kept_whatever_the_clock_said_before(folder):
    folder.mkdir()
    for number in range(MOST_REPORTS):
        (folder / f"report-20990101-00000{number}.txt").write_text("from a clock that was ahead")
    reports = reports_of(folder)
    reports.begin()
    told = reports.note_engine_lost("lost now.")
    reports.end()
    kept = [path.read_text() for path in folder.glob("report-*.txt")]
    assert len(kept) == MOST_REPORTS
    assert told in kept
    assert "lost now." in told


def test_a_report_that_cannot_be_kept_is_told_all_the_same(folder):
    (folder / "running").mkdir(parents=True)
    reports = reports_of(folder)
    assert "ended without closing" in reports.begin()
    reports.end()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "crashes").write_text("in its place")
    reports = reports_of(tmp_path / "crashes")
    assert reports.begin() == ""
    assert "lost." in reports.note_engine_lost("lost.")
    reports.end()
    assert logging.getLogger().handlers == [
        handler for handler in logging.getLogger().handlers if "crashes" not in repr(handler)
    ]


WINDOW = """
import json, os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFrame

def look():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")
    notice = window.findChild(QFrame, "crashNotice")
    print(json.dumps(notice.accessibleName() if notice else ""), flush=True)
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))

if __name__ == "__main__":
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(300, look)
    sys.exit(open_window())
"""


@pytest.mark.parametrize(("name", "told"), [("SIGKILL", True), ("SIGTERM", False)])
def test_the_window_tells_after_a_crash_and_only_then(tmp_path, name, told):
    program = tmp_path / "window.py"
    program.write_text(WINDOW)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}

    def run(ending):
        command = [sys.executable, str(program), ending]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert json.loads(run(name).stdout) == ""
    again = run("SIGTERM")
    assert again.returncode == 0, again.stderr
    assert bool(json.loads(again.stdout)) == told


ENGINE = """
import json, os, signal, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QPushButton

began, killed = time.monotonic(), []

def look():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")
    link = window._session.link
    if not killed and link.host_pid:
        killed.append(link.host_pid)
        os.kill(link.host_pid, signal.SIGABRT)
    notice = window.findChild(QFrame, "engineCrashNotice")
    if notice is None and time.monotonic() - began < 30:
        QTimer.singleShot(50, look)
        return
    if notice is not None:
        notice.findChild(QPushButton, "copyCrash").click()
        print(json.dumps(QGuiApplication.clipboard().text()), flush=True)
    window.close()

if __name__ == "__main__":
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(0, look)
    sys.exit(open_window())
"""


def test_an_engine_that_crashed_can_be_read_about_in_the_window(tmp_path):
    program = tmp_path / "engine.py"
    program.write_text(ENGINE)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, str(program)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SIGABRT" in json.loads(done.stdout)
