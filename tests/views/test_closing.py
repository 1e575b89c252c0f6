"""Closing the window while the archive is busy: it waits, says so, and nothing asked is lost."""

import threading

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from perhaps.archive.store import Archive
from perhaps.archive.thread import Trouble
from perhaps.state.archive_link import ArchiveWorker


class BusyDesk:
    """A window on a real archive, whose thread can be kept busy."""

    def __init__(self, open_window, folder) -> None:
        self.folder = folder
        self.archive = ArchiveWorker(folder)
        self.desk = open_window(archive=self.archive)
        self.window, self.session = self.desk.window, self.desk.session
        self.free = threading.Event()
        with self.desk.qtbot.waitSignal(self.archive.opened):
            self.archive.start()

    def occupy(self) -> None:
        """Let the thread do something that cannot be interrupted."""
        self.archive.read(lambda _archive: self.free.wait(30), lambda _result: None)

    def ask(self) -> None:
        self.desk.ask("How many circles?")
        self.desk.wait_idle()

    def box(self):
        return self.desk.find(QMessageBox, "closeWait")

    def press(self, name) -> None:
        self.desk.find(QPushButton, name).click()

    def wait_closed(self) -> None:
        self.desk.qtbot.waitUntil(lambda: not self.window.isVisible())

    def kept(self) -> list[str]:
        assert self.archive.close()
        archive = Archive(self.folder)
        texts = [m.text for chat in archive.chats() for m in archive.messages(chat.id)]
        archive.close()
        return texts


@pytest.fixture
def busy(open_window, tmp_path):
    busy = BusyDesk(open_window, tmp_path / "archive")
    yield busy
    busy.free.set()
    assert busy.archive.close()


def test_an_idle_window_closes_at_once(busy):
    busy.desk.qtbot.waitUntil(lambda: not busy.session.keeping)
    assert busy.window.close()


def test_the_window_waits_for_the_disk_and_closes_by_itself(busy):
    busy.occupy()
    busy.ask()
    assert not busy.window.close()
    assert not busy.window.close()
    assert busy.box().text().startswith("Your chats are still being written to the disk.")
    busy.free.set()
    busy.wait_closed()
    question, answer = busy.kept()
    assert question == "How many circles?"
    assert answer


def test_a_short_wait_says_nothing(busy):
    busy.occupy()
    busy.ask()
    assert not busy.window.close()
    busy.free.set()
    busy.wait_closed()
    assert len(busy.kept()) == 2


def export(busy):
    """Begin a long job that never ends by itself."""

    def job(_archive):
        while True:
            yield

    busy.archive.work(job, lambda _result: None)


def test_what_is_asked_during_a_long_backup_is_kept_where_it_is_given_up(busy):
    export(busy)
    busy.ask()
    assert not busy.window.close()
    assert busy.box().text().startswith("Chats are still being written to a file")
    busy.press("closeWithout")
    busy.wait_closed()
    assert len(busy.kept()) == 2


def test_a_person_may_stay(busy):
    export(busy)
    assert not busy.window.close()
    busy.press("stayOpen")
    busy.session.exchange.give_up()
    busy.desk.qtbot.waitUntil(lambda: not busy.session.keeping)
    assert busy.window.isVisible()
    assert busy.window.close()


def test_a_disk_that_is_full_meanwhile_is_asked_about(busy):
    busy.occupy()
    busy.ask()
    assert not busy.window.close()
    assert busy.box().isVisible()
    busy.archive.trouble_changed.emit(Trouble("The disk is full.", waiting=True))
    question = busy.desk.find(QMessageBox, "closeQuestion")
    assert question.informativeText() == "The disk is full."
    busy.press("closeAnyway")
    assert not busy.window.isVisible()


def test_after_an_old_loss_a_backup_is_still_waited_for(busy):
    busy.ask()
    busy.archive.trouble_changed.emit(Trouble("One question is lost.", waiting=False))
    export(busy)
    assert not busy.window.close()
    busy.press("closeAnyway")
    assert busy.box().isVisible()
    busy.press("closeWithout")
    busy.wait_closed()


def test_closing_for_good_never_waits(busy):
    export(busy)
    busy.ask()
    busy.window.close_now()
    assert not busy.window.isVisible()
    assert len(busy.kept()) == 2
