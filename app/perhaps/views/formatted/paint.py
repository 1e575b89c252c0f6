"""The grounds of code, the bars of quotes, and lines across, below the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTextDocument

from perhaps.views.formatted.formats import CODE_PADDING

if TYPE_CHECKING:
    from perhaps.views.formatted.writer import Page, Patch
    from perhaps.views.theme import Theme


def paint_patches(painter: QPainter, document: QTextDocument, page: Page, theme: Theme) -> None:
    """Paint what lies below the text; Qt clips it to what is seen."""
    painter.setBrush(theme.colour("surface"))
    painter.setPen(QPen(theme.colour("line"), 1))
    for patch in page.codes:
        painter.drawRoundedRect(code_box(document, patch), 8, 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line_strong"))
    for patch in page.quotes:
        box = _box(document, patch)
        painter.drawRoundedRect(QRectF(patch.left + 5, box.top(), 3, box.height()), 1.5, 1.5)
    painter.setPen(QPen(theme.colour("line_strong"), 1))
    for number in page.rules:
        box = document.documentLayout().blockBoundingRect(document.findBlockByNumber(number))
        middle = round(box.center().y()) + 0.5
        painter.drawLine(QPointF(4, middle), QPointF(document.textWidth() - 4, middle))


def code_box(document: QTextDocument, patch: Patch) -> QRectF:
    """The ground of a block of code."""
    box = _box(document, patch)
    left = patch.left + 4.5
    right = document.textWidth() - 4.5
    return QRectF(left, box.top(), right - left, box.height()).adjusted(
        0, -CODE_PADDING + 0.5, 0, CODE_PADDING - 0.5
    )


def _box(document: QTextDocument, patch: Patch) -> QRectF:
    layout = document.documentLayout()
    first = layout.blockBoundingRect(document.findBlockByNumber(patch.first))
    last = layout.blockBoundingRect(document.findBlockByNumber(patch.last))
    return first.united(last)
