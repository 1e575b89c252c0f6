"""Candidates as bars: what the model believed, and what the samplers left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from perhaps.probability.glyphs import visible_token
from perhaps.views import words

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
OPEN_ENOUGH = 0.002
"""Of the width of all bars, between two bounds that the eye can tell apart."""


class CandidateBars(QWidget):
    """Rows of equal height; the chosen token is marked and tinted, the picked one framed."""

    picked = Signal(int)
    """The index of a candidate that was clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[CandidateRow] = []
        self._picked: int | None = None
        self._tells_both = False
        self._rest_label = ""
        self._row = round(ROW * theme.text_size)
        self.setObjectName("candidateBars")
        self.setAccessibleName(self.tr("Candidates"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    @property
    def rows(self) -> tuple[CandidateRow, ...]:
        """What is shown, from the top."""
        return tuple(self._rows)

    def show_rows(
        self, rows: list[CandidateRow], vocabulary_size: int, *, what_if: bool = False
    ) -> None:
        """Show other candidates; with `what_if` also the figures of the lower bars."""
        self._rows = rows
        self._tells_both = what_if
        rest = self.tr("rest of {count}").format(count=words.grouped(vocabulary_size))
        self._rest_label = rest
        if self.height() != self.sizeHint().height():
            self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription("; ".join(map(self._spoken, rows)))
        self.update()

    def show_picked(self, index: int | None) -> None:
        """Frame the row of a candidate."""
        if index != self._picked:
            self._picked = index
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
        """Pick the candidate under the mouse."""
        row = self._row_at(event.position().toPoint())
        if row is not None and row.index is not None:
            self.picked.emit(row.index)

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
        frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
        if row.chosen:
            painter.setBrush(self._theme.colour("accent_soft"))
            painter.drawRoundedRect(frame, 6, 6)
        if row.index is not None and row.index == self._picked:
            painter.setPen(QPen(self._theme.colour("accent"), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        self._paint_bars(painter, box, row)
        self._paint_words(painter, box, row)

    def _paint_bars(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        left = box.left() + box.width() * LABEL_SHARE
        width = box.width() - left - PERCENT_WIDTH * self._theme.text_size
        top = box.center().y() - (RAW_BAR + SAMPLED_BAR + 1) / 2
        colour = self._theme.colour("accent" if row.candidate else "muted")
        painter.setPen(Qt.PenStyle.NoPen)
        for share, y, height, brush in (
            (row.raw, top, RAW_BAR, colour),
            (row.sampled, top + RAW_BAR + 1, SAMPLED_BAR, self._theme.colour("sampled")),
        ):
            if share > 0:
                painter.setBrush(brush)
                bar = QRectF(left, y, max(2.0, width * min(1.0, share)), height)
                painter.drawRoundedRect(bar, 2, 2)
        if row.most - row.sampled > OPEN_ENOUGH:
            least, most = left + width * row.sampled, left + width * min(1.0, row.most)
            y = top + RAW_BAR + 1
            self._paint_open(painter, QRectF(least, y, most - least, SAMPLED_BAR))

    def _paint_open(self, painter: QPainter, box: QRectF) -> None:
        """Outline what a share may be beyond its lower bound."""
        painter.setPen(QPen(self._theme.colour("sampled"), 1.0, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_words(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        font = self._theme.mono(0.93, bold=row.chosen) if row.candidate else self._theme.font()
        painter.setFont(font)
        painter.setPen(self._theme.colour("ink" if row.candidate else "muted"))
        room = box.width() * LABEL_SHARE - 14
        label = self.label(row) + (" ✓" if row.chosen else "")
        shown = QFontMetrics(font).elidedText(label, Qt.TextElideMode.ElideMiddle, int(room))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(7, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, shown)
        right = Qt.AlignmentFlag.AlignRight
        share = box.adjusted(0, 0, -8, 0)
        if self._tells_both:
            self._paint_both(painter, share, row)
        else:
            painter.setFont(self._theme.font())
            painter.drawText(share, middle | right, words.percent(row.raw))

    def _paint_both(self, painter: QPainter, box: QRectF, row: CandidateRow) -> None:
        """Write each figure beside its bar; of what was removed, by which sampler."""
        right = Qt.AlignmentFlag.AlignRight
        half = box.height() / 2
        painter.setFont(self._theme.font(0.82))
        upper, lower = box.adjusted(0, 1, 0, -half), box.adjusted(0, half - 1, 0, -2)
        painter.drawText(upper, right | Qt.AlignmentFlag.AlignVCenter, words.percent(row.raw))
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(lower, right | Qt.AlignmentFlag.AlignVCenter, self._what_if(row))

    def _what_if(self, row: CandidateRow) -> str:
        if row.removed_by is not None:
            return f"− {words.cut(row.removed_by)}"
        if row.most - row.sampled > OPEN_ENOUGH:
            return words.percent_range(row.sampled, row.most)
        return words.percent(row.sampled)

    def _row_at(self, point: QPoint) -> CandidateRow | None:
        index = point.y() // self._row
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def _show_figures(self, point: QPoint, where: QPoint) -> None:
        row = self._row_at(point)
        if row is not None:
            QToolTip.showText(where, self._figures(row), self)

    def _figures(self, row: CandidateRow) -> str:
        raw = self.tr("model {share}").format(share=words.percent(row.raw, 2))
        lines = [f"{raw}, {self._after_samplers(row)}"]
        if row.candidate is not None:
            exact = self.tr("log-probability {value} nats · id {id}")
            lines.append(
                exact.format(value=words.signed(row.candidate.logprob), id=row.candidate.id)
            )
        return "\n".join(lines)

    def _after_samplers(self, row: CandidateRow) -> str:
        if row.removed_by is not None:
            return self.tr("removed by {sampler}").format(sampler=words.cut(row.removed_by))
        least, most = words.percent(row.sampled, 2), words.percent(row.most, 2)
        if row.most - row.sampled > OPEN_ENOUGH:
            bound = self.tr("after samplers between {least} and {most}")
            return bound.format(least=least, most=most)
        return self.tr("after samplers {share}").format(share=least)

    def _spoken(self, row: CandidateRow) -> str:
        chosen = self.tr(", chosen") if row.chosen else ""
        return f"{self.label(row)} {words.percent(row.raw)}{chosen}"
