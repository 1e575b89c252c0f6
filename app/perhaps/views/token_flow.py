"""An answer as tokens: tinted by doubt, hovered, pinned, walked and selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from perhaps.probability.doubt import Doubt
from perhaps.probability.glyphs import exact_text, visible_token
from perhaps.probability.trace import Origin
from perhaps.state.selection import Selection, TokenPlace
from perhaps.views.token_layout import TokenLayout
from perhaps.views.token_paint import TokenPainter
from perhaps.views.token_spans import TokenSpans
from perhaps.views.walking import walk_by_key

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.views.theme import Theme

PEEK_AFTER_MS = 120
MARGIN = 4
"""Room for the outline of a token at the edge, in pixels."""
TEXT_SCALE = 1.09
SLICE = 24_000
"""Characters that are laid out before the window gets a turn: some 30 ms."""
SLICE_LINES = 2400
"""Likewise of lines that end by themselves."""


class TokenFlow(QWidget):
    """Paints the tokens of one answer; new ones are appended, never laid out twice.

    A long text is laid out slice by slice, and as far as somebody asks for at once.
    """

    def __init__(
        self, answer: Answer, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.answer = answer
        self._selection = selection
        self._theme = theme
        self._spans = TokenSpans()
        self._boxes: dict[int, list[QRectF]] = {}
        self._shows_tail = False
        self._exact = selection.lens.exact
        self._layout = TokenLayout(self._font(), 400.0)
        self._unlaid = ""
        self._next = _single_shot(self, 0)
        self._next.timeout.connect(self._lay_slice)
        self._framed: tuple[TokenPlace | None, TokenPlace | None] = (None, None)
        self._press: QPointF | None = None
        self._marked: tuple[int, int] | None = None
        self._under_mouse: int | None = None
        self._peek = _single_shot(self, PEEK_AFTER_MS)
        self._peek.timeout.connect(self._on_peek)
        self._set_up()
        self._on_advanced()

    def doubt(self, index: int) -> Doubt:
        """The tint of a token."""
        return self._selection.lens.doubt(self.answer.trace, index)

    def token_boxes(self, index: int) -> list[QRectF]:
        """Where a token is, without the spaces around it unless it is nothing else."""
        if index not in self._boxes:
            start, stop = self._spans.inked(index)
            while self._unlaid and self._layout.length < stop:
                self._lay_slice()
            boxes = self._layout.boxes(start, stop)
            self._boxes[index] = [box.translated(MARGIN, MARGIN) for box in boxes]
        return self._boxes[index]

    def token_at(self, point: QPointF) -> int | None:
        """The token under a point."""
        inner = point - QPointF(MARGIN, MARGIN)
        if not self._layout.covers(inner):
            return None
        return self._spans.token_at(self._layout.offset_at(inner))

    def marked_text(self) -> str:
        """What the mouse has marked."""
        return self._spans.cut(*sorted(self._marked)) if self._marked else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a mark."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._press = event.position()
            self._marked = None
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark while the button is down, else peek."""
        if self._press is not None:
            self._mark_to(event.position())
            return
        index = self.token_at(event.position())
        if index != self._under_mouse:
            self._under_mouse = index
            self._peek.start()
        shape = (
            Qt.CursorShape.PointingHandCursor if index is not None else Qt.CursorShape.IBeamCursor
        )
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin the token that was clicked; clicked again, let it go."""
        if self._press is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._press = None
        if self._marked is None:
            index = self.token_at(event.position())
            place = None if index is None else TokenPlace(self.answer, index)
            self._selection.pin(None if place == self._selection.pinned else place)

    def leaveEvent(self, _event: QEvent) -> None:
        """Stop peeking."""
        self._under_mouse = None
        self._peek.stop()
        self._selection.hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the tokens, or copy what is marked."""
        if event.matches(QKeySequence.StandardKey.Copy) and self._marked:
            QGuiApplication.clipboard().setText(self.marked_text())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._marked = (0, self._spans.length)
            self.update()
        elif not walk_by_key(event, self.answer, self._selection):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the text out for the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is visible: tints and the chosen token below, text, marks of doubt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = TokenPainter(painter, self._theme)
        shown = QRectF(event.rect()).translated(-MARGIN, -MARGIN)
        indexes = self._visible_tokens(shown)
        doubtful = self._doubtful(indexes)
        for doubt, boxes in doubtful.items():
            tokens.tint(boxes, doubt)
        if self._exact:
            for index in indexes:
                tokens.edge(self.token_boxes(index))
        if self._marked:
            boxes = self._layout.boxes(*sorted(self._marked))
            tokens.mark([box.translated(MARGIN, MARGIN) for box in boxes])
        self._paint_chosen(tokens)
        self._paint_text(painter, shown, indexes)
        for doubt, boxes in doubtful.items():
            tokens.underline(boxes, doubt)
        for index in self._of_origin(indexes, Origin.forced):
            tokens.put_there(self.token_boxes(index))
        if self.answer.running:
            end = self._layout.end_point() + QPointF(MARGIN + 2, MARGIN)
            width = tokens.pending(end, self._layout.line_height, self._pending())
            tokens.caret(end + QPointF(width, 0), self._layout.line_height)

    def _set_up(self) -> None:
        self.setObjectName("answerTokens")
        self.setAccessibleName(self.tr("Answer"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.answer.advanced.connect(self._on_advanced)
        self.answer.finished.connect(self._on_advanced)
        self._selection.changed.connect(self._on_selection_changed)
        self._selection.lens.changed.connect(self._on_lens_changed)
        self._theme.changed.connect(self.update)

    def _on_advanced(self, first_new: int = 0) -> None:
        if first_new == 0 and self._shows_tail:
            self._begin_anew()
        added = [self._spans.add_token(text) for text in self._texts(len(self._spans))]
        finish = self.answer.finish
        if finish is not None and not self._shows_tail:
            self._shows_tail = True
            self._spans.add_text(finish.text)
            added.append(finish.text)
            self.setAccessibleDescription(self._spans.text)
        self._append("".join(added))

    def _texts(self, first: int) -> list[str]:
        """Give what is shown of the tokens from `first` on."""
        trace = self.answer.trace
        if not self._exact:
            return trace.texts[first:]
        return [exact_text(trace.piece(index)[1]) for index in range(first, len(trace))]

    def _pending(self) -> str:
        """Write the bytes at the end that are no whole character yet."""
        trace, first = self.answer.trace, len(self.answer.trace)
        while not self._exact and first > 0 and not trace.texts[first - 1]:
            first -= 1
        return visible_token(b"".join(trace.piece(i)[1] for i in range(first, len(trace))))

    def _font(self) -> QFont:
        return self._theme.mono(1.0) if self._exact else self._theme.font(TEXT_SCALE)

    def _on_lens_changed(self) -> None:
        """Lay everything out anew where tokens are written otherwise now."""
        if self._exact != self._selection.lens.exact:
            self._exact = self._selection.lens.exact
            self._spans = TokenSpans()
            self._shows_tail = False
            self._marked = None
            self._lay_out()
            self._on_advanced()
        self.update()

    def _begin_anew(self) -> None:
        """Forget the words of an answer whose tokens have come only now."""
        self._spans = TokenSpans()
        self._shows_tail = False
        self._lay_out()

    def _on_selection_changed(self) -> None:
        """Paint the frame anew where it moved; the newest token has none."""
        place = self._selection.hovered or self._selection.pinned
        framed = (place if place and place.answer is self.answer else None, self._selection.pinned)
        if framed != self._framed:
            self._framed = framed
            self.update()

    def _forget_boxes(self, first: int) -> None:
        """Drop what the next tokens may move: the last line."""
        for index in range(first, len(self._spans)):
            self._boxes.pop(index, None)

    def _lay_out(self) -> None:
        width = max(40.0, self.width() - 2.0 * MARGIN)
        self._layout = TokenLayout(self._font(), width)
        self._unlaid = ""
        self._next.stop()
        self._boxes.clear()
        self._append(self._spans.text)
        self.update()

    def _append(self, text: str) -> None:
        """Lay text out after all other, once its turn comes."""
        self._unlaid += text
        if not self._next.isActive():
            self._lay_slice()

    def _lay_slice(self) -> None:
        top = self._layout.height - self._layout.line_height
        self._forget_boxes(self._spans.token_at(self._layout.settled) or 0)
        end = _slice_end(self._unlaid)
        self._layout.append(self._unlaid[:end])
        self._unlaid = self._unlaid[end:]
        if self._unlaid:
            self._next.start()
        self._fit_height()
        self.update(0, int(top), self.width(), self.height())

    def _fit_height(self) -> None:
        # What is to come is taken for as dense, so that a place in the chat stays where it is.
        laid = max(1, self._layout.length)
        height = round(self._layout.height * (1 + len(self._unlaid) / laid)) + 2 * MARGIN
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def _visible_tokens(self, shown: QRectF) -> range:
        return self._spans.between(*self._layout.visible(shown.top(), shown.bottom()))

    def _doubtful(self, indexes: range) -> dict[Doubt, list[QRectF]]:
        """Give the boxes of tokens by their doubt, without those that are sure."""
        found: dict[Doubt, list[QRectF]] = {doubt: [] for doubt in Doubt if doubt}
        measured = range(indexes.start, min(indexes.stop, len(self.answer.trace)))
        doubts = self._selection.lens.doubts(self.answer.trace, measured)
        for index, doubt in zip(measured, doubts, strict=True):
            if doubt:
                found[doubt].extend(self.token_boxes(index))
        return found

    def _paint_text(self, painter: QPainter, shown: QRectF, indexes: range) -> None:
        """Paint what was taken over from another answer in grey."""
        kept = QRegion()
        for index in self._of_origin(indexes, Origin.kept):
            for box in self.token_boxes(index):
                kept = kept.united(box.toAlignedRect())
        self._paint_lines(painter, shown, "ink", QRegion(self.rect()).subtracted(kept))
        if not kept.isEmpty():
            self._paint_lines(painter, shown, "muted", kept)

    def _of_origin(self, indexes: range, origin: Origin) -> list[int]:
        origins = self.answer.trace.origins[indexes.start : indexes.stop]
        return [indexes.start + place for place in np.flatnonzero(origins == origin).tolist()]

    def _paint_lines(self, painter: QPainter, shown: QRectF, role: str, region: QRegion) -> None:
        painter.save()
        painter.setClipRegion(region)
        painter.setPen(self._theme.colour(role))
        for line, point in self._layout.lines_between(shown.top(), shown.bottom()):
            line.draw(painter, point + QPointF(MARGIN, MARGIN))
        painter.restore()

    def _paint_chosen(self, tokens: TokenPainter) -> None:
        place = self._selection.hovered or self._selection.pinned
        if place is not None and place.answer is self.answer:
            tokens.outline(self.token_boxes(place.index), pinned=place == self._selection.pinned)
        elif self.hasFocus() and self._selection.pinned is None:
            tokens.focus_ring(QRectF(self.rect()))

    def _mark_to(self, point: QPointF) -> None:
        assert self._press is not None
        if self._marked is None and (point - self._press).manhattanLength() < 6:
            return
        edge = QPointF(MARGIN, MARGIN)
        first = self._layout.offset_at(self._press - edge)
        last = self._layout.offset_at(point - edge)
        self._marked = (first, last)
        self.update()

    def _on_peek(self) -> None:
        index = self._under_mouse
        self._selection.hover(None if index is None else TokenPlace(self.answer, index))


def _single_shot(parent: QWidget, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer


def _slice_end(text: str) -> int:
    """Tell how much of a text is laid out at once."""
    end = 0
    for _ in range(SLICE_LINES):
        end = text.find("\n", end, SLICE) + 1
        if not end:
            return SLICE
    return end
