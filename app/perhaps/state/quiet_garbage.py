"""Garbage collection that keeps out of the way of answers."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from perhaps.state.session import Session


class QuietGarbage(QObject):
    """Collects between answers only.

    A long answer is some hundred thousand objects without a cycle among them.
    Looking through all of them, again and again while they come, would stop
    the window for a tenth of a second each time.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        session.answering_changed.connect(self._on_answering_changed)
        gc.freeze()

    def end(self) -> None:
        """Go back to the usual ways of Python."""
        self._session.answering_changed.disconnect(self._on_answering_changed)
        gc.unfreeze()
        gc.enable()

    def _on_answering_changed(self) -> None:
        if self._session.answering:
            gc.disable()
        else:
            QTimer.singleShot(0, self, self._tidy)

    def _tidy(self) -> None:
        """Look once through what came, then never again: it stays as long as the chat."""
        if not self._session.answering:
            gc.collect()
            gc.freeze()
            gc.enable()
