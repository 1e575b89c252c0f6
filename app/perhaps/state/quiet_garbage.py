"""Garbage collection that keeps to the thread of the window, and out of the way of answers."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from perhaps.state.session import Session

LOOK_MS = 1000
ENOUGH = 5000
"""New objects that are worth a look."""
LOOKS = 10
"""Looks at new objects between two at all that are not frozen."""


class QuietGarbage(QObject):
    """Collects between answers only, and never in another thread.

    A long answer is some hundred thousand objects without a cycle among them.
    Looking through all of them, again and again while they come, would stop
    the window for a tenth of a second each time.

    Python collects in whichever thread makes objects. A widget or a timer that
    came to its end there would take the program with it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._looks = 0
        session.answering_changed.connect(self._on_answering_changed)
        session.conversation_changed.connect(self._on_conversation_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        gc.freeze()
        gc.disable()

    def end(self) -> None:
        """Go back to the usual ways of Python."""
        self._session.answering_changed.disconnect(self._on_answering_changed)
        self._session.conversation_changed.disconnect(self._on_conversation_changed)
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _on_answering_changed(self) -> None:
        if not self._session.answering:
            QTimer.singleShot(0, self, self._tidy)

    def _look(self) -> None:
        if not self._session.answering and gc.get_count()[0] >= ENOUGH:
            self._looks += 1
            gc.collect(1 if self._looks % LOOKS else 2)

    def _on_conversation_changed(self) -> None:
        """Never look through a chat that was opened: thousands of turns that stay."""
        gc.freeze()

    def _tidy(self) -> None:
        """Look once through what came, then never again: it stays as long as the chat."""
        if not self._session.answering:
            gc.collect()
            gc.freeze()
