"""What the two curves of the chart are, each beside a piece of its stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.views.labels import plain_label
from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from perhaps.views.theme import Theme


class ChartNames(QWidget):
    """Names the curves and their common scale."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chartNames")
        row = WrappingLayout(self, gap=14, row_gap=2)
        self._logprob = plain_label("", "small")
        self._entropy = plain_label("", "small")
        solid, dashed = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
        row.addWidget(_Named(Stroke(theme, "accent", solid), self._logprob))
        row.addWidget(_Named(Stroke(theme, "entropy", dashed), self._entropy))

    def show_scale(self, nats: int) -> None:
        """Tell what the height of the chart stands for."""
        self._logprob.setText(self.tr("log-probability, 0 to −{nats}").format(nats=nats))
        self._entropy.setText(self.tr("entropy, 0 to {nats} nats").format(nats=nats))


class _Named(QWidget):
    def __init__(self, stroke: QWidget, label: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(stroke)
        row.addWidget(label)


class Stroke(QWidget):
    """A short piece of a curve."""

    def __init__(self, theme: Theme, role: str, style: Qt.PenStyle) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self._style = style
        self.setFixedSize(QSize(20, 14))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the stroke."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour(self._role), 1.6, self._style))
        y = self.height() / 2
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
