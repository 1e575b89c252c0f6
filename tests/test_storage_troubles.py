"""The whole program where its chats cannot be kept: one sentence, and it goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from perhaps.paths import PACKAGE
from tests.helpers.small_disk import run_on_small_disk, why_not

PROGRAM = """
import json, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

began = time.monotonic()

def look():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")
    if not window.page.notice.sentence and time.monotonic() - began < 20:
        QTimer.singleShot(20, look)
        return
    facts = {"sentence": window.page.notice.sentence, "visible": window.isVisible()}
    print(json.dumps(facts), flush=True)
    window.close()

if __name__ == "__main__":
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(0, look)
    sys.exit(open_window())
"""


def run(tmp_path: Path, data: str, **options) -> dict:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "XDG_DATA_HOME": data},
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "perhaps").write_text("somebody's file")
    facts = run(tmp_path, str(tmp_path / "data"))
    assert "move what stands in its place" in facts["sentence"]
    assert "lost when the window closes" in facts["sentence"]
    assert facts["visible"]
    assert (tmp_path / "data" / "perhaps").read_text() == "somebody's file"


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "perhaps" / "archive" / "perhaps.sqlite").mkdir(parents=True)
    facts = run(tmp_path, str(tmp_path))
    assert "is a folder: move what stands in the place" in facts["sentence"]


def test_a_folder_whose_name_is_no_text(tmp_path):
    data = tmp_path / os.fsdecode(b"\xff\xfe")
    facts = run(tmp_path, str(data))
    assert "choose a folder whose name is UTF-8" in facts["sentence"]
    assert facts["sentence"].isprintable()


def test_a_file_system_that_may_not_be_written(tmp_path):
    facts = run(tmp_path, "/proc/no-such-home")
    assert facts["sentence"].endswith("What is new is lost when the window closes.")


def test_an_archive_of_a_later_version(tmp_path):
    import apsw

    folder = tmp_path / "perhaps" / "archive"
    folder.mkdir(parents=True)
    connection = apsw.Connection(str(folder / "perhaps.sqlite"))
    connection.execute("CREATE TABLE chat(id, title, created, changed, pinned, deleted)")
    connection.pragma("user_version", 99)
    connection.close()
    before = (folder / "perhaps.sqlite").read_bytes()
    facts = run(tmp_path, str(tmp_path))
    assert "later version" in facts["sentence"]
    assert (folder / "perhaps.sqlite").read_bytes() == before


FULL_DISK = """
import json, sys, time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from filling import fill_disk, make_room
from perhaps.archive.store import Archive
from tests.archive.builders import fill

disk = Path(sys.argv[1])
began = time.monotonic()
seen = {}

def window():
    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")

def look():
    session, sentence = window()._session, window().page.notice.sentence
    if sentence and session.conversations and "full" not in seen:
        seen["full"] = sentence
        seen["chats"] = [chat.title for chat in session.conversations]
        session.conversations[0].rename("Renamed meanwhile")
        seen["unkept"] = session.archive.unkept
        make_room(disk)
    if "full" in seen and sentence != seen["full"] or time.monotonic() - began > 30:
        seen["later"] = sentence
        print(json.dumps(seen), flush=True)
        window().close()
    else:
        QTimer.singleShot(20, look)

if __name__ == "__main__":
    archive = Archive(disk / "perhaps" / "archive")
    fill(archive, 2)
    archive.close()
    fill_disk(disk)
    from perhaps.application import _application, open_window
    app = _application()
    QTimer.singleShot(0, look)
    code = open_window()
    archive = Archive(disk / "perhaps" / "archive")
    print(json.dumps(sorted(chat.title for chat in archive.chats())))
    archive.close()
    sys.exit(code)
"""


def test_a_disk_that_is_full_when_the_window_opens(tmp_path):
    if reason := why_not():
        pytest.skip(reason)
    disk = str(tmp_path / "disk")
    done = run_on_small_disk(FULL_DISK, tmp_path, XDG_DATA_HOME=disk)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    facts, titles = map(json.loads, done.stdout.splitlines())
    assert facts["full"].endswith("Until then, what is new is in this window only.")
    assert sorted(facts["chats"]) == ["Chat 0", "Chat 1"]
    assert facts["unkept"] > 0
    assert facts["later"] == "Your chats are kept again."
    assert "Renamed meanwhile" in titles
    assert len(titles) == 2
