"""The strokes of which the tokens of an answer are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from perhaps.probability.doubt import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.views.theme import Theme

TINTS = {
    Doubt.slight: "doubt_slight",
    Doubt.some: "doubt_some",
    Doubt.strong: "doubt_strong",
}


class TokenPainter:
    """Paints boxes of tokens; colour is never the only sign of doubt."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        self._painter = painter
        self._theme = theme

    def tint(self, boxes: Iterable[QRectF], doubt: Doubt) -> None:
        """Lay the tint of a doubtful token below its text."""
        self._fill(boxes, TINTS[doubt])

    def mark(self, boxes: Iterable[QRectF]) -> None:
        """Lay the colour of marked text."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._theme.colour("text_selection"))
        for box in boxes:
            self._painter.drawRect(box)

    def underline(self, boxes: Iterable[QRectF], doubt: Doubt) -> None:
        """Underline a token of some doubt; dotted where doubt is strong."""
        if doubt is Doubt.slight:
            return
        pen = QPen(self._theme.colour("doubt_line"), 1.5)
        if doubt is Doubt.strong:
            pen.setWidthF(2.0)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([1.0, 1.0])
        self._painter.setPen(pen)
        for box in map(_padded, boxes):
            y = box.bottom() - 0.5
            self._painter.drawLine(QPointF(box.left() + 1, y), QPointF(box.right() - 1, y))

    def put_there(self, boxes: Iterable[QRectF]) -> None:
        """Mark a token that a person chose: a line above it, where no doubt is drawn."""
        self._painter.setPen(QPen(self._theme.colour("accent"), 2.0))
        for box in map(_padded, boxes):
            y = box.top() + 0.5
            self._painter.drawLine(QPointF(box.left() + 1, y), QPointF(box.right() - 1, y))

    def edge(self, boxes: Iterable[QRectF]) -> None:
        """Show where a token begins and ends."""
        self._painter.setPen(QPen(self._theme.colour("line_strong"), 1.0))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in map(_padded, boxes):
            self._painter.drawRoundedRect(box, 3, 3)

    def outline(self, boxes: Iterable[QRectF], *, pinned: bool) -> None:
        """Frame the chosen token; thinner while it is only peeked at."""
        self._painter.setPen(QPen(self._theme.colour("accent"), 2.0 if pinned else 1.2))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in map(_padded, boxes):
            # No wider than the tint, or it would cover a full stop that follows.
            self._painter.drawRoundedRect(box.adjusted(0, -1, 0, 1), 4, 4)

    def focus_ring(self, rect: QRectF) -> None:
        """Show that the keyboard is here."""
        self._painter.setPen(QPen(self._theme.colour("sampled"), 1.0))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def pending(self, point: QPointF, line_height: float, glyphs: str) -> float:
        """Write what is no whole character yet; gives its width."""
        if not glyphs:
            return 0.0
        self._painter.setFont(self._theme.mono(0.93))
        self._painter.setPen(self._theme.colour("muted"))
        width = self._painter.fontMetrics().horizontalAdvance(glyphs)
        box = QRectF(point.x(), point.y(), width, line_height)
        self._painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, glyphs)
        return width + 2.0

    def caret(self, point: QPointF, line_height: float) -> None:
        """Show where the next token will come."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._theme.colour("accent"))
        height = line_height * 0.62
        top = point.y() + (line_height - height) / 2
        self._painter.drawRoundedRect(QRectF(point.x(), top, 8.0, height), 1.5, 1.5)

    def _fill(self, boxes: Iterable[QRectF], role: str) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._theme.colour(role))
        for box in map(_padded, boxes):
            self._painter.drawRoundedRect(box, 3, 3)


def _padded(box: QRectF) -> QRectF:
    """Leave air between lines, and touch the text at its sides."""
    return box.adjusted(-1.0, box.height() * 0.07, 1.0, -box.height() * 0.07)
