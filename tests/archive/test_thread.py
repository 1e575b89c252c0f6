"""The thread of the archive: order, replies, a disk that refuses, damage in the midst."""

import errno
import queue
import threading
import time

import pytest

from perhaps.archive import thread as archive_thread
from perhaps.archive.failures import DamagedArchiveError, NoRoomError
from perhaps.archive.opening import DAMAGED, FILE
from perhaps.archive.pictures import replacing
from perhaps.archive.records import now_ms
from perhaps.archive.store import UNDO_MS, Archive
from perhaps.archive.thread import ArchiveThread
from perhaps.errors import ArchiveError
from tests.archive.builders import a_chat, a_message, fill


class Desk:
    def __init__(self, folder) -> None:
        self.heard: queue.Queue = queue.Queue()
        self.thread = ArchiveThread(
            folder,
            lambda archive: self.heard.put(("open", archive)),
            lambda trouble: self.heard.put(("trouble", trouble)),
        )
        self.thread.start()

    def next(self):
        return self.heard.get(timeout=20)

    def next_of(self, kind):
        while (found := self.next())[0] != kind:
            pass
        return found[1]

    def reply(self, result) -> None:
        self.heard.put(("reply", result))


@pytest.fixture
def start():
    desks = []

    def start_one(folder):
        desks.append(Desk(folder))
        return desks[-1]

    yield start_one
    for desk in desks:
        assert desk.thread.close()


def test_jobs_are_done_in_order_and_answered(start, tmp_path):
    desk = start(tmp_path / "chats")
    chats = [a_chat(str(number)) for number in range(5)]
    for chat in chats:
        desk.thread.write(lambda archive, chat=chat: archive.put_chat(chat), desk.reply)
    desk.thread.read(lambda archive: archive.chats(), desk.reply)
    replies = [desk.next_of("reply") for _ in range(6)]
    assert replies[:5] == [None] * 5
    assert {chat.title for chat in replies[5]} == {"0", "1", "2", "3", "4"}


def test_what_was_asked_before_the_end_is_done(tmp_path):
    desk = Desk(tmp_path / "chats")
    for number in range(20):
        desk.thread.write(lambda archive, n=number: archive.put_chat(a_chat(str(n))))
    assert desk.thread.close()
    again = Desk(tmp_path / "chats")
    again.thread.read(lambda archive: archive.chats(), again.reply)
    assert len(again.next_of("reply")) == 20
    assert again.thread.close()


def room_for(archive, pages):
    """Let the file grow to so many pages only, as a full disk does."""
    archive._connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def test_a_full_disk_is_told_and_everything_waits_for_room(start, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_thread, "RETRY_SECONDS", 0.05)
    desk = start(tmp_path / "chats")
    first, second = a_chat("first"), a_chat("second")
    question = a_message(first, "user", "long " * 20_000)
    answer = a_message(first, "assistant", "short", question)
    desk.thread.read(lambda archive: room_for(archive, 1), desk.reply)
    desk.thread.write(lambda archive: archive.put_messages([question], first), desk.reply)
    desk.thread.write(lambda archive: archive.put_messages([answer]), desk.reply)
    desk.thread.write(lambda archive: archive.put_chat(second), desk.reply)
    assert desk.next_of("reply") is None
    trouble = desk.next_of("trouble")
    assert trouble.waiting
    assert trouble.sentence.endswith("is full: free some space to keep your chats.")
    desk.thread.read(lambda archive: archive.chats(), desk.reply)
    assert desk.next_of("reply") == []
    desk.thread.read(lambda archive: room_for(archive, 10**6), desk.reply)
    assert [desk.next_of("reply") for _ in range(4)] == [None] * 4
    while trouble is not None:
        trouble = desk.next_of("trouble")
        assert trouble is None or trouble.waiting
    desk.thread.read(lambda archive: len(archive.messages(first.id)), desk.reply)
    desk.thread.read(lambda archive: len(archive.chats()), desk.reply)
    assert [desk.next_of("reply"), desk.next_of("reply")] == [2, 2]


def test_what_was_deleted_long_ago_goes_for_good_when_there_is_time(start, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_thread, "IDLE_SECONDS", 0.02)
    desk = start(tmp_path / "chats")
    old = a_chat("Old", deleted=now_ms() - UNDO_MS - 1000)
    young = a_chat("Young", deleted=now_ms())
    desk.thread.write(lambda archive: (archive.put_chat(old), archive.put_chat(young)), desk.reply)
    assert desk.next_of("reply") == (None, None)
    left = {old.id, young.id}
    deadline = time.monotonic() + 20
    while old.id in left and time.monotonic() < deadline:
        time.sleep(0.1)
        desk.thread.read(lambda archive: archive.chats(deleted=True), desk.reply)
        left = {chat.id for chat in desk.next_of("reply")}
    assert left == {young.id}


def test_a_folder_that_cannot_be_used_is_told_and_memory_takes_its_place(start, tmp_path):
    (tmp_path / "chats").write_text("a file")
    desk = start(tmp_path / "chats")
    trouble = desk.next_of("trouble")
    assert "chats" in trouble.sentence
    assert not trouble.waiting
    assert desk.next_of("open").folder is None
    desk.thread.write(lambda archive: archive.put_chat(a_chat("In memory")), desk.reply)
    desk.thread.read(lambda archive: archive.chats()[0].title, desk.reply)
    assert [desk.next_of("reply"), desk.next_of("reply")] == [None, "In memory"]
    assert (tmp_path / "chats").read_text() == "a file"


def test_damage_in_the_midst_is_salvaged_and_the_job_done_again(start, tmp_path):
    folder = tmp_path / "chats"
    desk = start(folder)
    desk.next_of("open")
    desk.thread.write(lambda archive: fill(archive, 5), desk.reply)
    desk.next_of("reply")
    tries = []

    def job(archive):
        tries.append(archive)
        if len(tries) == 1:
            raise DamagedArchiveError("The archive is damaged.")
        return len(archive.chats())

    desk.thread.read(job, desk.reply)
    assert desk.next_of("reply") == 5
    assert tries[0] is not tries[1]


def test_a_write_that_meets_damage_and_then_a_full_disk_is_not_lost(start, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_thread, "RETRY_SECONDS", 0.02)
    desk = start(tmp_path / "chats")
    faults = [DamagedArchiveError("It is damaged."), NoRoomError("The disk is full.")]

    def job(archive):
        if faults:
            raise faults.pop(0)
        archive.put_chat(a_chat("Kept in the end"))

    desk.thread.write(job, desk.reply)
    assert desk.next_of("reply") is None
    desk.thread.read(lambda archive: archive.chats()[0].title, desk.reply)
    assert desk.next_of("reply") == "Kept in the end"


def test_real_damage_is_set_aside(start, tmp_path):
    folder = tmp_path / "chats"
    first = Desk(folder)
    first.thread.write(lambda archive: fill(archive, 12), first.reply)
    first.next_of("reply")
    assert first.thread.close()
    data = bytearray((folder / FILE).read_bytes())
    data[2 * 4096 : 4 * 4096] = bytes(2 * 4096)
    (folder / FILE).write_bytes(data)
    desk = start(folder)

    def everything(archive):
        return [archive.messages(chat.id) for chat in archive.chats()]

    desk.thread.read(everything, desk.reply)
    assert desk.next_of("reply")
    (aside,) = (folder / DAMAGED).iterdir()
    assert (aside / FILE).read_bytes() == bytes(data)


def fail(_archive):
    raise KeyError("planted")


def fail_late(_archive):
    yield
    raise KeyError("planted")


@pytest.mark.expects_warnings
def test_a_fault_of_one_job_is_told_and_stops_no_other(start, tmp_path):
    desk = start(tmp_path / "chats")
    desk.thread.read(fail, desk.reply)
    desk.thread.work(fail_late, desk.reply)
    faults = [desk.next_of("reply"), desk.next_of("reply")]
    desk.thread.write(fail, desk.reply)
    trouble = desk.next_of("trouble")
    desk.thread.read(lambda archive: len(archive.chats()), desk.reply)
    assert desk.next_of("reply") == 0
    assert all(isinstance(fault, ArchiveError) for fault in faults)
    assert (trouble.waiting, trouble.passing) == (False, True)
    for sentence in (*map(str, faults), trouble.sentence):
        assert sentence == (
            "Something went wrong with your chats (KeyError: 'planted'): start the program again."
        )
    assert desk.thread.unkept == desk.thread.working == 0


def until(event):
    """A long job that goes on until something happens."""

    def job(_archive):
        while not event.is_set():
            yield
        return "done"

    return job


def test_a_long_job_holds_nobody_up(start, tmp_path):
    desk = start(tmp_path / "chats")
    asked, looked_up = threading.Event(), threading.Event()
    desk.thread.work(until(asked), desk.reply)
    desk.thread.work(until(looked_up), desk.reply)
    desk.thread.write(lambda archive: archive.put_chat(a_chat("Asked meanwhile")), desk.reply)
    desk.thread.read(lambda archive: archive.chats()[0].title, desk.reply)
    assert [desk.next_of("reply"), desk.next_of("reply")] == [None, "Asked meanwhile"]
    assert (desk.thread.unkept, desk.thread.working) == (0, 2)
    looked_up.set()
    asked.set()
    assert [desk.next_of("reply"), desk.next_of("reply")] == ["done", "done"]
    assert desk.thread.working == 0


def test_what_waits_for_room_is_tried_while_a_long_job_goes_on(start, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_thread, "RETRY_SECONDS", 0.02)
    desk = start(tmp_path / "chats")
    end = threading.Event()
    desk.thread.read(lambda archive: room_for(archive, 1), desk.reply)
    desk.thread.write(lambda archive: archive.put_chat(a_chat("long " * 20_000)), desk.reply)
    assert desk.next_of("reply") is None
    assert desk.next_of("trouble").waiting
    desk.thread.work(until(end), desk.reply)
    assert desk.thread.unkept == 1
    desk.thread.read(lambda archive: room_for(archive, 10**6), desk.reply)
    assert [desk.next_of("reply"), desk.next_of("reply")] == [None, None]
    assert (desk.thread.unkept, desk.thread.working) == (0, 1)
    end.set()


def test_a_long_job_that_meets_damage_begins_anew_once(start, tmp_path):
    desk = start(tmp_path / "chats")
    tries = []

    def job(archive):
        tries.append(archive)
        yield
        raise DamagedArchiveError("The archive is damaged.")

    desk.thread.work(job, desk.reply)
    assert isinstance(desk.next_of("reply"), DamagedArchiveError)
    first, second = tries
    assert first is not second


@pytest.mark.parametrize("end", ["give_up", "close"])
def test_what_was_asked_is_kept_where_a_long_job_is_given_up(tmp_path, end):
    folder, never = tmp_path / "chats", threading.Event()
    desk = Desk(folder)
    written = tmp_path / "chats.zip"

    def job(archive):
        with replacing(written) as partial:
            partial.write_bytes(b"half of it")
            yield from until(never)(archive)

    desk.thread.work(job, desk.reply)
    desk.thread.work(job, desk.reply)
    desk.thread.write(lambda archive: archive.put_chat(a_chat("Asked meanwhile")))
    getattr(desk.thread, end)()
    replies = [desk.next_of("reply") for _ in range(2)]
    assert all(isinstance(reply, ArchiveError) for reply in replies)
    assert desk.thread.working == 0
    assert desk.thread.close()
    assert [path.name for path in tmp_path.iterdir()] == ["chats"]
    archive = Archive(folder)
    assert [chat.title for chat in archive.chats()] == ["Asked meanwhile"]
    archive.close()


def test_errors_of_reading_come_back_as_values(start, tmp_path):
    desk = start(tmp_path / "chats")
    desk.thread.read(lambda archive: archive.pictures.read("0" * 64), desk.reply)
    assert isinstance(desk.next_of("reply"), ArchiveError)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.ENOTDIR])
def test_every_failure_of_the_disk_is_one_sentence(tmp_path, code):
    from perhaps.archive.failures import as_sentences

    with pytest.raises(ArchiveError, match=r"^[“T].*\.$"), as_sentences(tmp_path):
        raise OSError(code, "as the system says it")
