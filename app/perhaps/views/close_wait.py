"""Holds the closing of the window up until the disk has taken everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance

    from perhaps.state.session import Session

LOOK_MS = 30
PATIENCE_MS = 300
"""Before it says anything; mostly all is done by then."""


class CloseWait(QObject):
    """Says what the window waits for; a person may stay, or close without it."""

    over = Signal()
    """Nothing holds the window up any more, or there is something to ask first."""
    interrupted = Signal()
    """The window is to close all the same."""
    stayed = Signal()
    """The window is not to close."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._trouble = session.unkept
        self._box = CloseWaitBox(window)
        self._box.finished.connect(self._on_answered)
        self._looking = self._make_timer(LOOK_MS, self._look)
        self._patience = self._make_timer(PATIENCE_MS, self._ask)
        self._patience.setSingleShot(True)

    def _make_timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        timer.start()
        return timer

    def _look(self) -> None:
        self._box.tell(exchanging=self._session.exchange.working)
        if not self._session.keeping or self._session.unkept != self._trouble:
            self._end(self.over)

    def _ask(self) -> None:
        self._box.tell(exchanging=self._session.exchange.working)
        self._box.open()

    def _on_answered(self) -> None:
        if not self._looking.isActive():
            return
        if self._box.clickedButton() is not self._box.leave:
            self._end(self.stayed)
        elif self._session.exchange.working:
            # What was asked is still to be kept, which takes a moment.
            self._session.exchange.give_up()
            self._patience.start()
        else:
            self._end(self.interrupted)

    def _end(self, how: SignalInstance) -> None:
        self._looking.stop()
        self._patience.stop()
        self._box.close()
        self._box.deleteLater()
        self.deleteLater()
        how.emit()


class CloseWaitBox(QMessageBox):
    """What is shown meanwhile."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("closeWait")
        self.setWindowTitle("Perhaps")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.leave = self.addButton("", QMessageBox.ButtonRole.DestructiveRole)
        self.leave.setObjectName("closeWithout")
        stay = self.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        stay.setObjectName("stayOpen")
        self.setDefaultButton(stay)
        self.setEscapeButton(stay)

    def tell(self, *, exchanging: bool) -> None:
        """Say what is being written."""
        then = self.tr("The window closes once that is done.")
        if exchanging:
            what = self.tr("Chats are still being written to a file, or read from one.")
            self.leave.setText(self.tr("Close without it"))
        else:
            what = self.tr("Your chats are still being written to the disk.")
            self.leave.setText(self.tr("Close and lose it"))
        self.setText(f"{what} {then}")
