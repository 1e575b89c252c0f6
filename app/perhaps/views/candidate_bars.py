"""Candidates as bars: what the model believed, and what the samplers left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from perhaps.views import words
from perhaps.views.token_glyphs import visible_token

if TYPE_CHECKING:
    from perhaps.views.candidate_rows import CandidateRow
    from perhaps.views.theme import Theme

ROW = 2.2
"""In sizes of the text."""
RAW_BAR = 8.0
SAMPLED_BAR = 4.0
LABEL_SHARE = 0.34
"""Of the width, for the token."""
PERCENT_WIDTH = 5.2
"""In sizes of the text."""


class CandidateBars(QWidget):
    """Rows of equal height; the chosen token is marked and tinted."""

    candidate_clicked = Signal(int)
    """The id of a candidate that did not come."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[CandidateRow] = []
        self._rest_label = ""
        self._row = round(ROW * theme.text_size)
        self.setObjectName("candidateBars")
        self.setAccessibleName(self.tr("Candidates"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def rows(self) -> tuple[CandidateRow, ...]:
        """What is shown, from the top."""
        return tuple(self._rows)

    def show_rows(self, rows: list[CandidateRow], vocabulary_size: int) -> None:
        """Show other candidates."""
        self._rows = rows
        rest = self.tr("rest of {count}").format(count=words.grouped(vocabulary_size))
        self._rest_label = rest
        if self.height() != self.sizeHint().height():
            self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription("; ".join(map(self._spoken, rows)))
        self.update()

    def label(self, row: CandidateRow) -> str:
        """The words of a row."""
        return visible_token(row.candidate.bytes) if row.candidate else self._rest_label

    def sizeHint(self) -> QSize:
        """Ask for all rows."""
        return QSize(300, self._row * len(self._rows))

    def event(self, event: QEvent) -> bool:
        """Tell the exact figures of the row under the mouse."""
        if isinstance(event, QHelpEvent):
            self._show_figures(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a candidate to go on with."""
        index = int(event.position().y()) // self._row
        row = self._rows[index] if 0 <= index < len(self._rows) else None
        if row is not None and row.candidate is not None and not row.chosen:
            self.candidate_clicked.emit(row.candidate.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are visible."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, row in enumerate(self._rows):
            box = QRectF(0, index * self._row, self.width(), self._row)
            if box.intersects(QRectF(event.rect())):
                self._paint_row(painter, box, row)

    def _paint_row(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if row.chosen:
            painter.setBrush(self._theme.colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(0, 0.5, 0, -0.5), 6, 6)
        self._paint_bars(painter, box, row)
        self._paint_words(painter, box, row)

    def _paint_bars(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        left = box.left() + box.width() * LABEL_SHARE
        width = box.width() - left - PERCENT_WIDTH * self._theme.text_size
        top = box.center().y() - (RAW_BAR + SAMPLED_BAR + 1) / 2
        colour = self._theme.colour("accent" if row.candidate else "muted")
        for share, y, height, brush in (
            (row.raw, top, RAW_BAR, colour),
            (row.sampled, top + RAW_BAR + 1, SAMPLED_BAR, self._theme.colour("sampled")),
        ):
            if share > 0:
                painter.setBrush(brush)
                bar = QRectF(left, y, max(2.0, width * min(1.0, share)), height)
                painter.drawRoundedRect(bar, 2, 2)

    def _paint_words(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        font = self._theme.mono(0.93, bold=row.chosen) if row.candidate else self._theme.font()
        painter.setFont(font)
        painter.setPen(self._theme.colour("ink" if row.candidate else "muted"))
        room = box.width() * LABEL_SHARE - 14
        label = self.label(row) + (" ✓" if row.chosen else "")
        shown = QFontMetrics(font).elidedText(label, Qt.TextElideMode.ElideMiddle, int(room))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(7, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setFont(self._theme.font())
        share = box.adjusted(0, 0, -8, 0)
        painter.drawText(share, middle | Qt.AlignmentFlag.AlignRight, words.percent(row.raw))

    def _show_figures(self, point: QPoint, where: QPoint) -> None:
        index = point.y() // self._row
        if 0 <= index < len(self._rows):
            QToolTip.showText(where, self._figures(self._rows[index]), self)

    def _figures(self, row: CandidateRow) -> str:
        raw, sampled = words.percent(row.raw, 2), words.percent(row.sampled, 2)
        shares = self.tr("model {raw}, after samplers {sampled}").format(raw=raw, sampled=sampled)
        if row.candidate is None:
            return shares
        exact = self.tr("log-probability {value} nats · id {id}").format(
            value=words.signed(row.candidate.logprob), id=row.candidate.id
        )
        return f"{shares}\n{exact}"

    def _spoken(self, row: CandidateRow) -> str:
        chosen = self.tr(", chosen") if row.chosen else ""
        return f"{self.label(row)} {words.percent(row.raw)}{chosen}"
