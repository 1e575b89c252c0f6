"""Log-probability and entropy along an answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from perhaps.state.selection import Selection, TokenPlace

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.views.theme import Theme

HEIGHT = 132
FOOT = 20
"""Pixels below the curves, for their names."""
MOST_POINTS = 90
"""Of a curve; more would be noise to the eye, and slow to stroke."""
SAMPLE = 26
"""Pixels of a stroke beside its name, with the gap."""


Heights = NDArray[np.float64]


class ProbabilityChart(QWidget):
    """Both curves in nats on one scale: one hangs from the top, one stands on the ground."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._theme = theme
        self._answer: Answer | None = None
        self.setObjectName("probabilityChart")
        self.setAccessibleName(self.tr("Log-probability and entropy along the answer"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_answer(self, answer: Answer) -> None:
        """Show the curves of an answer."""
        self._answer = answer
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a fixed height."""
        return QSize(300, HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Peek at the token under the mouse."""
        self._selection.hover(self._place_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the token under the mouse."""
        self._selection.pin(self._place_at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        """Stop peeking."""
        self._selection.hover(None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the grid, the curves, the chosen token and the names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self._field()
        self._paint_grid(painter, field)
        if self._answer is None or not self._answer.steps:
            return
        logprobs = _binned(np.nan_to_num(self._answer.trace.logprobs), np.minimum)
        entropies = _binned(np.nan_to_num(self._answer.trace.entropies), np.maximum)
        scale = _scale(logprobs, entropies)
        stretch = field.height() / scale
        painter.setPen(self._pen("entropy"))
        painter.drawPolyline(self._curve(field.bottom() - entropies * stretch, field))
        painter.setPen(self._pen("accent"))
        painter.drawPolyline(self._curve(field.top() - logprobs * stretch, field))
        self._paint_chosen(painter, field, stretch)
        self._paint_names(painter, scale)

    def _field(self) -> QRectF:
        return QRectF(5, 6, self.width() - 10, self.height() - FOOT - 8)

    def _x(self, index: int, count: int, field: QRectF) -> float:
        return field.left() + field.width() * (index / (count - 1) if count > 1 else 0.5)

    def _place_at(self, x: float) -> TokenPlace | None:
        if self._answer is None or not self._answer.steps:
            return None
        field = self._field()
        last = len(self._answer.steps) - 1
        share = (x - field.left()) / max(1.0, field.width())
        return TokenPlace(self._answer, min(last, max(0, round(share * last))))

    def _curve(self, heights: Heights, field: QRectF) -> QPolygonF:
        count = len(heights)
        return QPolygonF([QPointF(self._x(i, count, field), y) for i, y in enumerate(heights)])

    def _paint_grid(self, painter: QPainter, field: QRectF) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1.0))
        for share in (0.0, 0.5, 1.0):
            y = round(field.top() + field.height() * share) + 0.5
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))

    def _paint_chosen(self, painter: QPainter, field: QRectF, stretch: float) -> None:
        place = self._selection.current
        if place is None or place.answer is not self._answer:
            return
        x = self._x(place.index, len(place.answer.steps), field)
        painter.setPen(QPen(self._theme.colour("accent"), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        y = field.top() - float(np.nan_to_num(place.answer.trace.logprobs[place.index])) * stretch
        painter.drawEllipse(QPointF(x, y), 4, 4)

    def _paint_names(self, painter: QPainter, scale: float) -> None:
        painter.setFont(self._theme.font(0.79))
        y = self.height() - FOOT / 2
        logprob = self.tr("log-probability, 0 to −{scale}").format(scale=f"{scale:g}")
        entropy = self.tr("entropy, 0 to {scale} nats").format(scale=f"{scale:g}")
        width = painter.fontMetrics().horizontalAdvance
        if width(logprob) + width(entropy) > self.width() - 2 * SAMPLE - 24:
            logprob, entropy = self.tr("log-probability"), self.tr("entropy")
        self._paint_name(painter, QPointF(4, y), self._pen("accent"), logprob)
        left = self.width() - 4 - SAMPLE - width(entropy)
        self._paint_name(painter, QPointF(left, y), self._pen("entropy"), entropy)

    def _paint_name(self, painter: QPainter, at: QPointF, pen: QPen, name: str) -> None:
        painter.setPen(pen)
        painter.drawLine(at, at + QPointF(SAMPLE - 6, 0))
        painter.setPen(self._theme.colour("muted"))
        room = QRectF(at.x() + SAMPLE, at.y() - FOOT / 2, self.width(), FOOT)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _pen(self, role: str) -> QPen:
        """Give the curves strokes that differ without colour too."""
        style = Qt.PenStyle.DashLine if role == "entropy" else Qt.PenStyle.SolidLine
        return QPen(self._theme.colour(role), 1.6, style)


def _binned(values: Heights, worst: np.ufunc) -> Heights:
    """Keep the least sure of each few tokens where there are more than can be told apart."""
    per_bin = math.ceil(len(values) / MOST_POINTS)
    binned: Heights = worst.reduceat(values, np.arange(0, len(values), per_bin))
    return binned


def _scale(logprobs: Heights, entropies: Heights) -> float:
    """Nats from top to ground: whole, and at least one."""
    return float(max(1, math.ceil(max(-logprobs.min(), entropies.max()))))
