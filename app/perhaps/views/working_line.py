"""A sign of life before the first token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.inference.protocol import RunProgress, RunStage
from perhaps.views.labels import plain_label

if TYPE_CHECKING:
    from perhaps.views.theme import Theme

TURN_MS = 40
DEGREES = 16


class WorkingLine(QWidget):
    """A ring and what the engine is busy with."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workingLine")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 6, 0, 6)
        row.setSpacing(10)
        self._ring = Ring(theme)
        self._words = plain_label("", "muted")
        self._words.setObjectName("workingWords")
        row.addWidget(self._ring)
        row.addWidget(self._words)
        row.addStretch(1)

    def show_progress(self, words: str, progress: RunProgress | None) -> None:
        """Say what is going on; the ring fills while a prompt is read."""
        self._words.setText(words)
        reading = progress is not None and progress.stage in (
            RunStage.image_prefill,
            RunStage.text_prefill,
        )
        self._ring.fraction = progress.fraction if progress is not None and reading else None


class Ring(QWidget):
    """Turns while it is visible, or fills where a share is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fraction: float | None = None
        self._theme = theme
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(QSize(16, 16))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to turn."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while unseen."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track and the arc on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(self._theme.colour("line_strong"), 2))
        painter.drawEllipse(box)
        pen = QPen(self._theme.colour("accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        start = 90 if self.fraction is not None else -self._angle
        share = self.fraction if self.fraction is not None else 0.25
        painter.drawArc(box, start * 16, -round(share * 360 * 16))

    def _turn(self) -> None:
        self._angle = (self._angle + DEGREES) % 360
        self.update()
