"""A figure and its latest course in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.views.theme import Theme

HEIGHT = 2.6
"""In sizes of the text."""
NAME_SHARE = 0.42
"""Of the width, for the name."""
VALUE_WIDTH = 5.5
"""In sizes of the text."""
FEWEST_MOMENTS = 40
"""Across the width, so that a course that has just begun is not stretched."""


class SparkLine(QWidget):
    """Name, course from nothing to the highest of its values, and the value of now."""

    def __init__(self, name: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = title
        self._values: tuple[float, ...] = ()
        self._shown = ""
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def values(self) -> tuple[float, ...]:
        """The course that is drawn, oldest first."""
        return self._values

    def show_values(self, values: Sequence[float], now: str) -> None:
        """Draw another course, with the value of now in words."""
        self._values = tuple(values)
        self._shown = now
        self.setAccessibleName(f"{self._title}: {now}")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(280, round(HEIGHT * self._theme.text_size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the three columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(0.93))
        box = QRectF(self.rect())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, self._title)
        painter.setPen(self._theme.colour("ink"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, self._shown)
        self._paint_course(painter, self._field(box))

    def _field(self, box: QRectF) -> QRectF:
        left = box.width() * NAME_SHARE
        width = box.width() - left - VALUE_WIDTH * self._theme.text_size
        return QRectF(left, box.top() + 5, max(1.0, width), box.height() - 11)

    def _paint_course(self, painter: QPainter, field: QRectF) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1.0))
        painter.drawLine(field.bottomLeft(), field.bottomRight())
        if not self._values:
            return
        highest = max(*self._values, 1e-9)
        step = field.width() / (max(len(self._values), FEWEST_MOMENTS) - 1)
        first = field.right() - step * (len(self._values) - 1)
        points = [
            QPointF(first + step * index, field.bottom() - field.height() * value / highest)
            for index, value in enumerate(self._values)
        ]
        painter.setPen(QPen(self._theme.colour("accent"), 1.5))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawEllipse(points[-1], 2.5, 2.5)
