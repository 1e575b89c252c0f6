"""`python -m tests.benchmarks.chat_list`: the sidebar over an archive of 100 000 messages.

10 000 chats of ten messages each. Prints how long the list takes to be made, its frames while it
is scrolled, and the time from a key in the search to what it finds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from perhaps.archive.records import Chat, Message, new_id, now_ms
from perhaps.archive.store import Archive
from perhaps.paths import resources_path
from perhaps.state.archive_link import ArchiveWorker
from perhaps.state.session import Session
from perhaps.views.main_window import MainWindow
from perhaps.views.theme import Theme
from tests.benchmarks.frames import live, scroll, tell, timed, wait_until
from tests.state.scripted_link import ScriptedLink

CHATS = 10_000
MESSAGES = 10
FRAMES = 300
THINGS = ("owl", "moon", "star", "circle", "receipt", "bridge", "garden", "letter")


def fill(folder: Path) -> None:
    """Write the chats into an archive."""
    archive = Archive(folder)
    day = 24 * 3600 * 1000
    for number in range(CHATS):
        when = now_ms() - number * day // 20
        chat = Chat(new_id(), f"What about the {THINGS[number % 8]}, number {number}?", when, when)
        archive.put_messages(_messages(chat, number), chat)
    archive.close()


def _messages(chat: Chat, number: int) -> list[Message]:
    messages: list[Message] = []
    for place in range(MESSAGES):
        parent = messages[-1].id if messages else None
        role = "assistant" if place % 2 else "user"
        words = f"The {THINGS[(number + place) % 8]} is at {number * place % 97} degrees."
        messages.append(Message(new_id(), chat.id, parent, role, words, chat.created, chat.created))
    return messages


def main() -> None:
    """Fill an archive, open the window on it, and measure."""
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "archive")
        worker = ArchiveWorker(Path(folder) / "archive")
        store = QSettings(str(Path(folder) / "a.ini"), QSettings.Format.IniFormat)
        session = Session(ScriptedLink(), store, app, worker)
        theme = Theme(app, session.settings, resources_path() / "themes")
        window = MainWindow(session, theme, resources_path(), None)
        window.resize(1300, 850)
        window.show()
        worker.start()
        measure(app, window, session)
        worker.close()


def measure(app: QApplication, window: MainWindow, session: Session) -> None:
    """List, scroll, search."""
    chats = window.sidebar.list
    wait_until(app, lambda: chats.rows.rowCount() >= CHATS)
    with timed() as taken:
        chats.rows.show_groups(())
        chats.rows.show_groups(session.chats.groups())
        chats.viewport().repaint()
    print(f"list of {CHATS} chats made and painted: {taken[0].computing:.0f} ms of computing")
    live(app, 0.5)
    tell("scrolled slowly", scroll(app, chats, 20, FRAMES))
    tell("scrolled quickly", scroll(app, chats, 900, FRAMES))
    for words in ("o", "owl", "owl 42", "degrees"):
        tell_search(app, window, words)


def tell_search(app: QApplication, window: MainWindow, words: str) -> None:
    """Print the time from the key to the painted rows."""
    rows = window.sidebar.list.rows
    window.sidebar.search.clear()
    live(app, 0.2)
    with timed() as taken:
        window.sidebar.search.setText(words)
        wait_until(app, lambda: rows.searching, 10.0)
        window.sidebar.list.viewport().repaint()
    print(f"search for “{words}”: {taken[0].wall:.0f} ms, {rows.rowCount()} chats")


if __name__ == "__main__":
    main()
