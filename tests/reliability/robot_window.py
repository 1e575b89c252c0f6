"""The real window with a robot at its keyboard, which tells what the archive has acknowledged.

    python -m tests.reliability.robot_window SEED

A line on stdout `["is", id, text, milliseconds]` tells that this message is on the disk; of a
question, so long after it was shown. It goes on until somebody ends it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from perhaps.application import _application, open_window

if TYPE_CHECKING:
    from perhaps.state.session import Session
    from perhaps.views.main_window import MainWindow

EVERY_MS = 40
WORDS = ("how", "many", "circles", "are", "there", "what", "colour", "blue", "star", "is", "it")


class Robot(QObject):
    """Does one thing after another, as fast as the window lets it."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session = window._session
        self._dice = random.Random(seed)
        self._shown: dict[int, float] = {}
        self._ready = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.act)
        self._timer.start(EVERY_MS)
        self._session.keeper.kept.connect(self._promise)

    def act(self) -> None:
        """Ask where one can, else do something to what is there."""
        session = self._session
        if session.engine.info is None:
            return
        if not self._ready:
            self._ready = True
            os.write(1, b'["ready"]\n')
        if session.answering:
            if self._dice.random() < 0.02:
                session.stop()
            return
        self._note_shown()
        turns = session.conversation.turns
        wish = self._dice.choice(("ask", "ask", "ask", "again", "edit", "new", "open", "delete"))
        if wish == "again" and turns:
            session.regenerate(self._dice.choice(turns))
        elif wish == "edit" and turns:
            session.edit(self._dice.choice(turns), self._question())
        elif wish == "new":
            session.new_chat()
        elif wish == "open" and session.conversations:
            session.open_chat(self._dice.choice(session.conversations[:5]))
        elif wish == "delete" and len(session.conversations) > 8:
            session.delete_chat(self._dice.choice(session.conversations))
        else:
            self._ask()
        self._note_shown()

    def _ask(self) -> None:
        composer = self._window.page.composer
        if self._dice.random() < 0.3 and not len(self._session.attachments):
            self._session.attachments.add_path(sys.argv[2])
        QTest.keyClicks(composer.edit, self._question())
        QTest.keyClick(composer.edit, "\r")

    def _question(self) -> str:
        return " ".join(self._dice.choices(WORDS, k=6)) + f" {self._dice.random()}?"

    def _note_shown(self) -> None:
        """Remember when each question was first on the screen."""
        for turn in self._session.conversation.turns:
            self._shown.setdefault(turn.number, time.monotonic())

    def _promise(self, number: int) -> None:
        self._note_shown()
        for conversation in self._session.conversations:
            for turn in conversation.all_turns():
                texts = {turn.number: turn.question.text}
                texts |= {each.number: each.text for each in turn.answers if not each.running}
                if number in texts:
                    self._tell(number, texts[number])

    def _tell(self, number: int, text: str) -> None:
        since = self._shown.get(number, time.monotonic())
        waited = round((time.monotonic() - since) * 1000, 1)
        os.write(1, (json.dumps(["is", number, text, waited]) + "\n").encode())


def main() -> int:
    app = _application()

    def begin() -> None:
        windows = QApplication.topLevelWidgets()
        window = next(each for each in windows if each.objectName() == "mainWindow")
        Robot(window, int(sys.argv[1]))  # type: ignore[arg-type]
        os.write(1, b'["open"]\n')

    QTimer.singleShot(0, app, begin)
    return open_window()


if __name__ == "__main__":
    sys.exit(main())
