"""Two versions of an answer side by side, aligned by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPen, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from perhaps.views import words
from perhaps.views.comparison_model import (
    LEFT,
    LEFT_SHARE,
    MARK,
    RIGHT,
    RIGHT_SHARE,
    ComparisonModel,
)
from perhaps.views.labels import one_line, plain_label
from perhaps.views.named import named, push_button
from perhaps.views.throttle import Throttle

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.state.turn import Turn
    from perhaps.views.comparison_model import Index
    from perhaps.views.theme import Theme

PADDING = 8
REFRESH_MS = 200
SIZE = (52, 42)
"""In sizes of the text."""


class ComparisonDialog(QDialog):
    """Begins with the version that is shown on the right, and the one before it on the left."""

    def __init__(self, turn: Turn, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("comparisonDialog")
        self.setWindowTitle(self.tr("Compare versions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*(round(side * theme.text_size) for side in SIZE))
        self._answers = tuple(turn.answers)
        self._theme = theme
        self.model = ComparisonModel(theme, self)
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.elapsed.connect(self._refresh)
        self._fill(one_line(turn.question.text))
        for answer in self._answers:
            answer.ensure_steps()
            answer.advanced.connect(self._throttle.request)
        shown = max(1, turn.shown_index)
        self._left.setCurrentIndex(shown - 1)
        self._right.setCurrentIndex(shown)
        self._refresh()

    def _fill(self, question: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        column.addWidget(plain_label(question, "title", wrap=True))
        column.addLayout(self._make_choosers())
        self._summary = named(plain_label("", "muted", wrap=True), "comparisonSummary")
        column.addWidget(self._summary)
        self._table = self._make_table()
        column.addWidget(self._table, 1)
        column.addLayout(self._make_steps())
        self._table.setFocus()

    def _make_choosers(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(18)
        self._left = self._chooser("comparisonLeft", self.tr("Version on the left"))
        self._right = self._chooser("comparisonRight", self.tr("Version on the right"))
        row.addWidget(self._left, 1)
        row.addWidget(self._right, 1)
        return row

    def _chooser(self, name: str, spoken: str) -> QComboBox:
        box = named(QComboBox(), name)
        box.setAccessibleName(spoken)
        for number, answer in enumerate(self._answers, 1):
            box.addItem(self._title(number, answer))
        box.currentIndexChanged.connect(self._throttle.request)
        return box

    def _title(self, number: int, answer: Answer) -> str:
        sampling = f"T {answer.sampling.temperature:g}"
        name = one_line(answer.model.name, 30)
        title = self.tr("Version {number} · {model} · {sampling}")
        return title.format(number=number, model=name, sampling=sampling)

    def _make_table(self) -> QTableView:
        table = named(QTableView(), "comparisonTable")
        table.setAccessibleName(self.tr("Tokens of both versions"))
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setItemDelegate(_RowFrame(table, self._theme))
        table.setTabKeyNavigation(False)
        size = self._theme.text_size
        table.verticalHeader().setDefaultSectionSize(round(1.9 * size))
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in (LEFT, RIGHT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((LEFT_SHARE, 5.5), (MARK, 3), (RIGHT_SHARE, 5.5)):
            table.setColumnWidth(column, round(width * size))
        return table

    def _make_steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._earlier = push_button("earlierDifference", self.tr("Earlier difference"))
        self._later = push_button("laterDifference", self.tr("Next difference"), role="primary")
        self._earlier.setToolTip(self.tr("Shift+F3"))
        self._later.setToolTip(self.tr("F3"))
        self._earlier.clicked.connect(lambda: self.step(-1))
        self._later.clicked.connect(lambda: self.step(1))
        for key, offset in (("Shift+F3", -1), ("F3", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda offset=offset: self.step(offset))
        row.addStretch(1)
        row.addWidget(self._earlier)
        row.addWidget(self._later)
        return row

    def step(self, offset: int) -> None:
        """Go to the beginning of the next difference, or of the one before."""
        here = self._table.currentIndex().row()
        places = self.model.comparison.differences
        ahead = [row for row in places if (row > here if offset > 0 else row < here)]
        if ahead:
            self._go(ahead[0] if offset > 0 else ahead[-1])

    def _go(self, row: int) -> None:
        index = self.model.index(row, MARK)
        self._table.setCurrentIndex(index)
        self._table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _refresh(self) -> None:
        left = self._answers[self._left.currentIndex()]
        right = self._answers[self._right.currentIndex()]
        self.model.show_answers(left, right)
        self._summary.setText(self._summary_words(left, right))
        parts = self.model.comparison.parts
        self._earlier.setEnabled(parts)
        self._later.setEnabled(parts)
        if parts:
            self._go(self.model.comparison.shared)

    def _summary_words(self, left: Answer, right: Answer) -> str:
        found = self.model.comparison
        if not found.parts:
            return self.tr("Both are the same, token by token.")
        sentences = [self._parting_words()]
        if left.model.pair != right.model.pair:
            note = self.tr("The models differ, so tokens are matched by what they write.")
            sentences.append(note)
        return " ".join(sentences)

    def _parting_words(self) -> str:
        found = self.model.comparison
        count = len(found.differences)
        stretches = self.tr("{count} difference") if count == 1 else self.tr("{count} differences")
        parted = self.tr("They part at token {place}; {differences}.")
        return parted.format(
            place=words.grouped(found.shared + 1), differences=stretches.format(count=count)
        )


class _RowFrame(QStyledItemDelegate):
    """Frames the row that is looked at, and leaves the tints of its tokens as they are."""

    def __init__(self, table: QTableView, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell, and the lines of the frame."""
        box = QRectF(option.rect)
        tint = index.data(Qt.ItemDataRole.BackgroundRole)
        painter.save()
        if tint is not None:
            painter.fillRect(box.adjusted(0, 1, 0, -1), tint)
        self._paint_words(painter, box.adjusted(PADDING, 0, -PADDING, 0), index)
        if index.row() == self._table.currentIndex().row():
            painter.setPen(QPen(self._theme.colour("accent"), 1.5))
            painter.drawLine(box.topLeft(), box.topRight())
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRectF, index: Index) -> None:
        words = index.data()
        if words is None:
            return
        font = index.data(Qt.ItemDataRole.FontRole) or self._theme.font()
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or self._theme.colour("ink")
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        align = index.data(Qt.ItemDataRole.TextAlignmentRole) or left
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, align, shown)
