"""`python -m tests.benchmarks.long_chat`: a chat of 2 000 messages with 500 pictures.

The chat comes from an archive on disk, as in the window. Prints how long it takes until it is
painted, how long single frames take while it is scrolled, and what memory it takes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from perhaps.archive.records import Chat, Message, new_id, now_ms
from perhaps.archive.store import Archive
from perhaps.markdown.warm_up import warm_up_aside
from perhaps.paths import resources_path
from perhaps.probability.trace_file import to_bytes
from perhaps.state.archive_link import ArchiveWorker
from perhaps.state.kept_pictures import keep_pictures
from perhaps.state.quiet_garbage import QuietGarbage
from perhaps.state.session import Session
from perhaps.state.turn import NamedPicture
from perhaps.views.main_window import MainWindow
from perhaps.views.theme import Theme
from tests.benchmarks.frames import live, scroll, tell, timed, wait_until
from tests.state.builders import a_picture
from tests.state.scripted_link import ScriptedLink
from tests.views.formatted.builders import PAGE, an_answer

TURNS = 1000
PICTURES = 500
FRAMES = 400
PLAIN = "There is an owl at the top, a green seven on the left and a gold moon. " * 4
STEPS = {"a wheel, slowly": 40, "a wheel, quickly": 120, "the scroll bar, dragged": 4000}


def fill(folder: Path) -> int:
    """Write the chat into an archive; gives its id."""
    archive = Archive(folder)
    chat = new_id()
    parent: int | None = None
    batch: list[Message] = []
    for number in range(TURNS):
        question, answer = new_id(), new_id()
        pictures = keep_pictures(archive, _pictures(number))
        now = now_ms()
        words = f"Question {number}: what is in the picture?"
        written = an_answer(PAGE if number % 4 == 0 else PLAIN)
        asked = Message(question, chat, parent, "user", words, now, now, pictures=pictures)
        batch += [asked, Message(answer, chat, question, "assistant", written.text, now, now)]
        archive.put_messages(batch, Chat(chat, "Long", now, now) if number == 0 else None)
        archive.finish(answer, written.text, "{}", to_bytes(written.trace))
        batch, parent = [], answer
    archive.close()
    return chat


def _pictures(number: int) -> tuple[NamedPicture, ...]:
    if number % (TURNS // PICTURES):
        return ()
    pixels = np.random.default_rng(number).integers(0, 255, 3, np.uint8)
    picture = a_picture(320 + number % 7, 240)
    return (NamedPicture(f"{number}-{pixels[0]}.png", picture),)


def resident_mb() -> float:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Fill an archive, open the window on it, and measure."""
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        chat = fill(Path(folder) / "archive")
        worker = ArchiveWorker(Path(folder) / "archive")
        store = QSettings(str(Path(folder) / "a.ini"), QSettings.Format.IniFormat)
        session = Session(ScriptedLink(), store, app, worker)
        theme = Theme(app, session.settings, resources_path() / "themes")
        window = MainWindow(session, theme, resources_path(), None)
        window.resize(1300, 850)
        window.show()
        garbage = QuietGarbage(session)
        worker.start()
        warm_up_aside()
        wait_until(app, lambda: bool(session.conversations))
        live(app, 2.0)
        measure(app, window, session, chat)
        garbage.end()
        worker.close()


def measure(app: QApplication, window: MainWindow, session: Session, chat: int) -> None:
    """Open the chat and scroll through it."""
    before = resident_mb()
    conversation = next(each for each in session.conversations if each.number == chat)
    with timed() as taken:
        session.open_chat(conversation)
        wait_until(app, lambda: bool(window.page.chat.turn_views))
        window.page.chat.viewport().repaint()
    print(
        f"opened and painted: {taken[0].wall:.0f} ms by the clock, "
        f"{taken[0].computing:.0f} ms of this thread (bar 300)"
    )
    live(app, 1.0)
    print(f"memory of the chat: {resident_mb() - before:.0f} MB")
    bar = window.page.chat.verticalScrollBar()
    for name, step in STEPS.items():
        bar.setValue(bar.maximum())
        live(app, 0.5)
        tell(name, scroll(app, window.page.chat, -step, FRAMES))
    print(f"memory after scrolling: {resident_mb() - before:.0f} MB")
    print(f"turns that are there: {len(window.page.chat.turn_views)} of {TURNS}")


if __name__ == "__main__":
    main()
