"""Rated choices as rows: share, raw totals, and below each the tokens it is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from perhaps.probability.glyphs import visible_token
from perhaps.views import words
from perhaps.views.labels import one_line

if TYPE_CHECKING:
    from perhaps.probability.choices import RatedChoice, ScoredToken, Spelling
    from perhaps.views.theme import Theme

ANSWER, SHARE, TOTAL, MEAN = range(4)
SHARE_ROLE = Qt.ItemDataRole.UserRole
MINOR_ROLE = Qt.ItemDataRole.UserRole + 1
"""True for the share of a part, whose bar is slighter."""
BAR = 8.0
MINOR_BAR = 4.0
PERCENT_WIDTH = 4.6
"""In sizes of the text."""
ROW = 2.1
"""Likewise."""


class ChoiceTree(QTreeWidget):
    """Likeliest first; a row opens to show its tokens."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("choiceTree")
        self.setAccessibleName(self.tr("Rated answers"))
        self.setColumnCount(4)
        names = self.tr("Answer"), self.tr("Share"), self.tr("Log-prob."), self.tr("Per token")
        self.setHeaderLabels(list(names))
        self.headerItem().setToolTip(TOTAL, self.tr("Log-probability of the whole answer, in nats"))
        self.headerItem().setToolTip(MEAN, self.tr("Mean log-probability of its tokens, in nats"))
        self.setItemDelegateForColumn(SHARE, _ShareBar(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self._set_widths()

    def show_choices(self, choices: tuple[RatedChoice, ...]) -> None:
        """Show other choices, and keep open what was open."""
        items = [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        opened = {item.text(ANSWER) for item in items if item is not None and item.isExpanded()}
        self.clear()
        for choice in choices:
            item = self._item(choice)
            self.addTopLevelItem(item)
            item.setExpanded(item.text(ANSWER) in opened)

    def _set_widths(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(SHARE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((ANSWER, 13), (TOTAL, 6), (MEAN, 6)):
            self.setColumnWidth(column, round(width * self._theme.text_size))

    def _item(self, choice: RatedChoice) -> QTreeWidgetItem:
        item = QTreeWidgetItem([one_line(choice.text), words.percent(choice.share)])
        item.setToolTip(ANSWER, one_line(choice.text))
        item.setData(SHARE, SHARE_ROLE, choice.share)
        _write_figure(item, TOTAL, choice.logprob)
        _write_figure(item, MEAN, choice.mean)
        likeliest, *others = choice.spellings
        for token in likeliest.tokens:
            item.addChild(self._token_item(token))
        for spelling in others:
            item.addChild(self._spelling_item(spelling))
        return item

    def _token_item(self, token: ScoredToken) -> QTreeWidgetItem:
        """A token with its own probability, after all that stands before it."""
        share = math.exp(token.logprob)
        item = QTreeWidgetItem([visible_token(token.bytes), words.percent(share)])
        item.setFont(ANSWER, self._theme.mono(0.93))
        item.setData(SHARE, SHARE_ROLE, share)
        item.setData(SHARE, MINOR_ROLE, True)
        _write_figure(item, TOTAL, token.logprob)
        return item

    def _spelling_item(self, spelling: Spelling) -> QTreeWidgetItem:
        """Another way to write the whole answer."""
        shown = "".join(visible_token(token.bytes) for token in spelling.tokens)
        item = QTreeWidgetItem([shown, self.tr("another spelling, counted in")])
        item.setFont(ANSWER, self._theme.mono(0.93))
        _write_figure(item, TOTAL, spelling.logprob)
        _write_figure(item, MEAN, spelling.mean)
        return item


def _write_figure(item: QTreeWidgetItem, column: int, value: float) -> None:
    item.setText(column, words.signed(value))
    item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class _ShareBar(QStyledItemDelegate):
    """A bar and its percentage; rows without a share show their words."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Give rows air."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), round(ROW * self._theme.text_size))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the bar from the left, the percentage at the right."""
        share = index.data(SHARE_ROLE)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        box = QRectF(option.rect).adjusted(4, 0, -6, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if share is None:
            self._paint_note(painter, box, text)
        else:
            self._paint_share(painter, box, float(share), text, minor=bool(index.data(MINOR_ROLE)))
        painter.restore()

    def _paint_share(
        self, painter: QPainter, box: QRectF, share: float, text: str, *, minor: bool
    ) -> None:
        room = box.width() - PERCENT_WIDTH * self._theme.text_size
        height = MINOR_BAR if minor else BAR
        bar = QRectF(box.left(), box.center().y() - height / 2, max(2.0, room * share), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("sampled" if minor else "accent"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setFont(self._theme.font(bold=not minor))
        painter.setPen(self._theme.colour("muted" if minor else "ink"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_note(self, painter: QPainter, box: QRectF, text: str) -> None:
        font = self._theme.font(0.86)
        painter.setFont(font)
        painter.setPen(self._theme.colour("muted"))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
