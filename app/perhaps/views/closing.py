"""Whether the window may close: first everything is kept, or a person says that it need not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from perhaps.views.close_question import CloseQuestion
from perhaps.views.close_wait import CloseWait

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from perhaps.state.session import Session


class Closing(QObject):
    """Closes the window by itself once nothing is in the way."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._may_lose = False
        self._insists = False
        self._waits = False

    def close_now(self) -> None:
        """Close without a question, and without waiting."""
        self._insists = True
        self._window.close()

    def may_close(self) -> bool:
        """Tell whether the window may close now; asks or waits where it may not."""
        if self._insists:
            return True
        if self._session.unkept and not self._may_lose:
            CloseQuestion(self._session.unkept, self._close_and_lose, self._window).open()
            return False
        self._session.close()
        if self._session.keeping:
            self._wait()
            return False
        return True

    def _close_and_lose(self) -> None:
        self._may_lose = True
        self._window.close()

    def _wait(self) -> None:
        if self._waits:
            return
        self._waits = True
        wait = CloseWait(self._session, self._window)
        wait.over.connect(self._close_after_waiting)
        wait.interrupted.connect(self.close_now)
        wait.stayed.connect(self._stay)

    def _close_after_waiting(self) -> None:
        self._waits = False
        self._window.close()

    def _stay(self) -> None:
        self._waits = self._may_lose = False
