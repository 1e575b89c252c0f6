"""A disk that is full when the program starts: chats are shown, and what is new waits for room."""

import json

import pytest

from perhaps.archive import thread as archive_thread
from perhaps.archive.opening import OPEN_MARK
from perhaps.archive.store import Archive
from tests.archive.builders import a_chat, a_message, fill
from tests.archive.test_thread import Desk
from tests.helpers.small_disk import run_on_small_disk, why_not


@pytest.fixture
def full(tmp_path):
    """An archive whose opening cannot be noted, as the disk takes nothing; unlink it for room."""
    folder = tmp_path / "chats"
    archive = Archive(folder)
    ((chat, messages),) = fill(archive, 1)
    archive.put_messages([a_message(chat, "assistant", "Cut off", messages[0], finished=False)])
    archive.close()
    (folder / OPEN_MARK).symlink_to("/dev/full")
    return folder


def unfinished(archive):
    return [m.text for c in archive.chats() for m in archive.messages(c.id) if not m.finished]


def test_nothing_is_written_before_the_opening_is_noted(full):
    archive = Archive(full)
    assert not archive.begun
    assert unfinished(archive) == ["Cut off"]
    with pytest.raises(Exception, match="free some space"):
        archive.put_chat(a_chat("Too early"))
    (full / OPEN_MARK).unlink()
    archive.put_chat(a_chat("New"))
    assert archive.begun
    assert (full / OPEN_MARK).is_file()
    assert unfinished(archive) == []
    assert {chat.title for chat in archive.chats()} == {"Chat 0", "New"}
    archive.close()


def test_chats_are_shown_and_what_is_new_waits(full, monkeypatch):
    monkeypatch.setattr(archive_thread, "RETRY_SECONDS", 0.05)
    desk = Desk(full)
    assert desk.next_of("open").folder == full
    trouble = desk.next_of("trouble")
    assert (trouble.waiting, trouble.opened) == (True, True)
    desk.thread.write(lambda archive: archive.put_chat(a_chat("New")), desk.reply)
    desk.thread.read(lambda archive: [chat.title for chat in archive.chats()], desk.reply)
    assert desk.next_of("reply") == ["Chat 0"]
    assert desk.thread.unkept == 2
    (full / OPEN_MARK).unlink()
    while desk.next_of("trouble") is not None:
        pass
    assert desk.thread.close()
    assert desk.thread.unkept == 0
    archive = Archive(full)
    assert not archive.opened.unclean
    assert {chat.title for chat in archive.chats()} == {"Chat 0", "New"}
    archive.close()


PROGRAM = """
import json, queue, sys, time
from pathlib import Path

import apsw

from filling import fill_disk, make_room
from perhaps.archive import thread
from perhaps.archive.schema import VERSION_1
from perhaps.archive.store import Archive
from tests.archive.builders import a_chat, fill

disk, scenario = Path(sys.argv[1]), sys.argv[2]
folder = disk / "archive"
thread.RETRY_SECONDS = 0.1
if scenario == "old":
    folder.mkdir()
    connection = apsw.Connection(str(folder / "perhaps.sqlite"))
    connection.execute(VERSION_1)
    connection.execute("INSERT INTO chat VALUES (1, 'Chat 0', 1, 1, NULL)")
    connection.pragma("user_version", 1)
    connection.close()
elif scenario != "none":
    archive = Archive(folder)
    fill(archive, 1)
    archive.close()
if scenario == "damaged":
    data = bytearray((folder / "perhaps.sqlite").read_bytes())
    data[2 * 4096 : 4 * 4096] = bytes(2 * 4096)
    (folder / "perhaps.sqlite").write_bytes(data)
if scenario in ("killed", "damaged"):
    (folder / "in-use").write_text("1")
fill_disk(disk)
heard = queue.Queue()
keeping = thread.ArchiveThread(
    folder, lambda archive: heard.put("open"), lambda trouble: heard.put(trouble)
)
keeping.start()
keeping.write(lambda archive: archive.put_chat(a_chat("New")))
told = heard.get(timeout=20)
opened = told == "open"
if opened:
    told = heard.get(timeout=20)
facts = {"opened": opened, "sentence": told.sentence, "waiting": told.waiting, "on": told.opened}
time.sleep(0.5)
facts["aside"] = len(list((folder / "damaged").glob("*"))) if folder.exists() else 0
make_room(disk)
while heard.get(timeout=20) is not None:
    pass
keeping.read(lambda archive: [chat.title for chat in archive.chats()], heard.put)
found = heard.get(timeout=20)
while not isinstance(found, list):
    found = heard.get(timeout=20)
facts["chats"] = sorted(found)
facts["closed"] = keeping.close()
facts["aside later"] = len(list((folder / "damaged").glob("*")))
print(json.dumps(facts))
"""


@pytest.mark.parametrize("scenario", ["whole", "killed", "none", "old", "damaged"])
def test_a_disk_that_is_full_at_the_start(tmp_path, scenario):
    if reason := why_not():
        pytest.skip(reason)
    done = run_on_small_disk(PROGRAM, tmp_path, scenario)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    readable = scenario in ("whole", "killed")
    assert (facts["opened"], facts["on"], facts["waiting"]) == (readable, readable, True)
    assert facts["sentence"].endswith("is full: free some space to keep your chats.")
    assert facts["closed"]
    assert "New" in facts["chats"]
    if scenario in ("whole", "killed", "old"):
        assert facts["chats"] == ["Chat 0", "New"]
    assert facts["aside"] == 0
    assert facts["aside later"] == (scenario == "damaged")
