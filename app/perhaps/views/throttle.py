"""Calls that come often, passed on at most so often."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal


class Throttle(QObject):
    """Passes the first request on after one interval, and those meanwhile with it."""

    elapsed = Signal()

    def __init__(self, interval_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.elapsed)

    def request(self) -> None:
        """Ask for a call soon."""
        if not self._timer.isActive():
            self._timer.start()
