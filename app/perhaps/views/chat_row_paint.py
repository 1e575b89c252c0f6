"""Paints one row of the list of chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from perhaps.state.chat_rows import Row, RowRole, heading
from perhaps.views.icons import icon_pixmap
from perhaps.views.labels import one_line
from perhaps.views.token_layout import units

if TYPE_CHECKING:
    from perhaps.archive.records import Snippet
    from perhaps.state.chats import Period
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

SIDE = 8
LONGEST = 200
"""Characters of a title that are painted."""
PIN = 14


class ChatRowPainter(QStyledItemDelegate):
    """All rows of one list are equally high, so that thousands cost nothing."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.searching = False

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Give one line, or two for what a search found."""
        size = self._theme.text_size
        return QSize(10, round(size * (3.7 if self.searching else 2.4)))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a heading, a chat, or a chat with the words that were found."""
        row: Row = index.data(RowRole.row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place: QRect = option.rect
        if row.period is not None:
            self._paint_heading(painter, place, row.period)
        else:
            state: QStyle.StateFlag = option.state
            self._paint_ground(painter, place, row, state)
            self._paint_chat(painter, place, row, index.data())
        painter.restore()

    def createEditor(
        self,
        parent: QWidget,
        _option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Rename in the place of the row."""
        editor = QLineEdit(parent)
        editor.setObjectName("renameChat")
        editor.setAccessibleName(self.tr("Name of the chat"))
        editor.setMaxLength(LONGEST)
        return editor

    def _paint_heading(self, painter: QPainter, place: QRect, period: Period) -> None:
        painter.setFont(self._theme.font(0.89, bold=True))
        painter.setPen(self._theme.colour("muted"))
        bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(place.adjusted(SIDE, 0, -SIDE, -5), int(bottom), heading(period))

    def _paint_ground(
        self, painter: QPainter, place: QRect, row: Row, state: QStyle.StateFlag
    ) -> None:
        box = QRectF(place).adjusted(0.5, 1.5, -0.5, -1.5)
        role = ""
        if row.conversation is self._session.conversation:
            role = "accent_soft"
        elif state & QStyle.StateFlag.State_MouseOver:
            role = "hover"
        if role:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour(role))
            painter.drawRoundedRect(box, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)

    def _paint_chat(self, painter: QPainter, place: QRect, row: Row, title: str) -> None:
        assert row.conversation is not None
        inner = place.adjusted(SIDE, 0, -SIDE, 0)
        is_open = row.conversation is self._session.conversation
        colour = "accent" if is_open else "ink"
        if row.conversation.pinned:
            pin = icon_pixmap("pin", self._theme.colour("muted").name(), PIN, 1.0)
            painter.drawPixmap(
                inner.right() - PIN, inner.top() + inner.height() // 2 - PIN // 2, pin
            )
            inner.setRight(inner.right() - PIN - 4)
        if row.title is None:
            self._paint_line(painter, inner, title, colour, 1.0)
            return
        half = inner.height() // 2
        above = QRect(inner.left(), inner.top() + 4, inner.width(), half - 2)
        below = QRect(inner.left(), inner.top() + half, inner.width(), half - 4)
        self._paint_found(painter, above, row.title, colour, 1.0)
        if row.snippet is not None:
            self._paint_found(painter, below, row.snippet, "muted", 0.89)

    def _paint_line(
        self, painter: QPainter, place: QRect, text: str, role: str, scale: float
    ) -> None:
        font = self._theme.font(scale)
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        right = Qt.TextElideMode.ElideRight
        shown = QFontMetrics(font).elidedText(one_line(text, LONGEST), right, place.width())
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(middle), shown)

    def _paint_found(
        self, painter: QPainter, place: QRect, found: Snippet, role: str, scale: float
    ) -> None:
        """Paint one line with the words that were found on a ground of their own, and bold."""
        font = self._theme.font(scale)
        text, marks = _fitting(found, QFontMetrics(font), place.width())
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([self._mark(text, *mark) for mark in marks])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(100_000)
        layout.endLayout()
        painter.setPen(self._theme.colour(role))
        painter.setClipRect(place)
        top = place.top() + (place.height() - line.height()) / 2
        line.draw(painter, QRectF(place.left(), top, 0, 0).topLeft())
        painter.setClipping(False)

    def _mark(self, text: str, first: int, last: int) -> QTextLayout.FormatRange:
        mark = QTextLayout.FormatRange()
        mark.start = units(text[:first])
        mark.length = units(text[first:last])
        look = QTextCharFormat()
        look.setBackground(self._theme.colour("doubt_slight"))
        look.setForeground(self._theme.colour("ink"))
        look.setFontWeight(QFont.Weight.DemiBold)
        mark.format = look
        return mark


def _fitting(
    found: Snippet, metrics: QFontMetrics, width: int
) -> tuple[str, list[tuple[int, int]]]:
    """Cut a text so that the first word that was found is in sight; its marks move along."""
    text = "".join(c if c.isprintable() else " " for c in found.text)
    cut = 0
    if found.marks:
        first, last = found.marks[0]
        while cut < first and metrics.horizontalAdvance(text[cut:last]) > width * 0.8:
            cut = min(first, cut + 4)
    shift = cut - 1 if cut else 0
    shown = f"…{text[cut:]}" if cut else text
    return shown, [(first - shift, last - shift) for first, last in found.marks if first >= cut]
