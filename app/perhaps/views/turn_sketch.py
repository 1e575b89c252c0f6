"""A turn drawn in a moment, where the person scrolls faster than turns can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    from perhaps.state.turn import Turn
    from perhaps.views.theme import Theme

WORDS = 200
"""Characters of a question that are drawn."""
LETTERS = 1500
"""Of an answer."""
WIDEST = 480
EDGE = 14
GAP = 16
PICTURE = 240


def sketch(painter: QPainter, turn: Turn, place: QRect, theme: Theme) -> None:
    """Draw a question and the beginning of its answer where they will be."""
    bubble = _bubble(painter, turn, QRectF(place), theme)
    answer = QRectF(place)
    answer.setTop(bubble.bottom() + GAP)
    painter.setFont(theme.font(1.09))
    painter.setPen(theme.colour("ink"))
    wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
    painter.drawText(answer.adjusted(4, 4, -4, -40), int(wrap), turn.shown.text[:LETTERS].strip())


def _bubble(painter: QPainter, turn: Turn, place: QRectF, theme: Theme) -> QRectF:
    painter.setFont(theme.font())
    words = turn.question.text[:WORDS]
    wrap = Qt.TextFlag.TextWordWrap
    room = min(WIDEST, place.width() * 0.8) - 2 * EDGE
    text = painter.boundingRect(QRectF(0, 0, room, 10_000), int(wrap), words)
    height = text.height() + (PICTURE if turn.question.pictures else 0)
    width = PICTURE if turn.question.pictures else text.width()
    bubble = QRectF(0, 0, max(width, text.width()) + 2 * EDGE, height + 2 * EDGE)
    bubble.moveTopRight(place.topRight())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("bubble"))
    painter.drawRoundedRect(bubble, EDGE, EDGE)
    painter.setPen(theme.colour("ink"))
    text.moveBottomLeft(bubble.adjusted(EDGE, 0, 0, -EDGE).bottomLeft())
    painter.drawText(text, int(wrap), words)
    return bubble
