"""An answer as formatted text, with its tokens still behind every word."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QRectF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from perhaps.state.selection import Selection, TokenPlace
from perhaps.views.formatted.code_copy import CodeCopyButton
from perhaps.views.formatted.link_question import ask_to_open
from perhaps.views.formatted.paint import paint_patches
from perhaps.views.formatted.plain_copy import plain_text
from perhaps.views.formatted.writer import DoubtMap, Writer
from perhaps.views.labels import one_line, set_plain_tooltip
from perhaps.views.token_flow import PEEK_AFTER_MS
from perhaps.views.token_paint import TokenPainter
from perhaps.views.walking import walk_by_key

if TYPE_CHECKING:
    from perhaps.markdown.reading import Reading
    from perhaps.state.answer import Answer
    from perhaps.views.theme import Theme

SCREENS = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
INTERACTION = (
    Qt.TextInteractionFlag.TextSelectableByMouse
    | Qt.TextInteractionFlag.TextSelectableByKeyboard
    | Qt.TextInteractionFlag.LinksAccessibleByMouse
    | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
)


class FormattedText(QTextBrowser):
    """Shows a finished answer; long ones are written segment by segment, so nothing waits."""

    def __init__(
        self, reading: Reading, answer: Answer, selection: Selection, theme: Theme
    ) -> None:
        super().__init__()
        self.answer = answer
        self._reading = reading
        self._selection = selection
        self._theme = theme
        self._buttons: list[CodeCopyButton] = []
        self._framed: TokenPlace | None = None
        self._under_mouse: int | None = None
        self._segment = 0
        self._next = _single_shot(self, 0)
        self._next.timeout.connect(self._write_next)
        self._peek = _single_shot(self, PEEK_AFTER_MS)
        self._peek.timeout.connect(self._on_peek)
        self._set_up()
        self.rewrite()

    @property
    def complete(self) -> bool:
        """Whether everything that has room is written."""
        return not self._next.isActive()

    def token_boxes(self, index: int) -> list[QRectF]:
        """Where a token is, by the beginning of each of its parts; empty where it is not shown."""
        boxes = []
        for first, last in self._writer.page.places.ranges(*self._inked(index)):
            left, right = self._cursor_rect(first), self._cursor_rect(last)
            if left.top() != right.top():
                right = QRectF(left.right() + 8, left.top(), 0, left.height())
            boxes.append(left.united(right))
        return boxes

    def token_at(self, place: int) -> int | None:
        """The token that a place in the document shows."""
        source = self._writer.page.places.source_at(place)
        if source is None or not self.answer.steps:
            return None
        return min(bisect_right(self._starts, source), len(self.answer.steps)) - 1

    def marked_text(self) -> str:
        """What is marked, as plain text."""
        return plain_text(self.textCursor())

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Load nothing, whatever an answer names."""
        # Qt would look for a file itself if it got no value at all.
        return QByteArray(b"")

    def doSetSource(
        self,
        _name: QUrl | str,
        /,
        type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource,  # noqa: A002
    ) -> None:
        """Go nowhere."""

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy plain text only."""
        mime = QMimeData()
        mime.setText(self.marked_text())
        return mime

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the chat."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Become as high as the text is at this width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grounds below the text, and the frame of the chosen token above it."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_patches(painter, self.document(), self._writer.page, self._theme)
        painter.end()
        super().paintEvent(event)
        self._paint_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the tokens; whatever else is for links and marks."""
        if not walk_by_key(event, self.answer, self._selection):
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Peek at tokens."""
        super().mouseMoveEvent(event)
        if not event.buttons():
            index = self.token_at(self.cursorForPosition(event.position().toPoint()).position())
            if index != self._under_mouse:
                self._under_mouse = index
                self._peek.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin the token that was clicked, unless something was marked or a link was meant."""
        super().mouseReleaseEvent(event)
        event.accept()
        point = event.position().toPoint()
        marked = self.textCursor().hasSelection() or bool(self.anchorAt(point))
        if event.button() is not Qt.MouseButton.LeftButton or marked:
            return
        index = self.token_at(self.cursorForPosition(point).position())
        place = None if index is None else TokenPlace(self.answer, index)
        self._selection.pin(None if place == self._selection.pinned else place)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop peeking."""
        super().leaveEvent(event)
        self._under_mouse = None
        self._peek.stop()
        self._selection.hover(None)

    def _set_up(self) -> None:
        self.setObjectName("answerFormatted")
        self.setAccessibleName(self.tr("Answer"))
        self.setAccessibleDescription(self.answer.text.strip())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(INTERACTION)
        self.setHorizontalScrollBarPolicy(SCREENS)
        self.setVerticalScrollBarPolicy(SCREENS)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.anchorClicked.connect(lambda url: ask_to_open(url.toString(), self.window()))
        self.highlighted.connect(self._on_link_hovered)
        self._selection.changed.connect(self._on_selection_changed)
        self._theme.changed.connect(self.rewrite)
        # The tokens of an earlier run come after its words.
        self.answer.advanced.connect(self.rewrite)

    def rewrite(self) -> None:
        """Write everything anew, in other colours or with other tints."""
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.clear()
        document.setDocumentMargin(4)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        self._starts = [0, *accumulate(map(len, self.answer.trace.texts))]
        trace, lens = self.answer.trace, self._selection.lens
        doubts = lens.doubts(trace, range(len(trace)))
        self._writer = Writer(document, self._theme, DoubtMap(self._starts, doubts))
        self._segment = 0
        self._write_next()

    def _write_next(self) -> None:
        blocks = self._reading.segment(self._segment)
        self._segment += 1
        if blocks is not None:
            self._writer.write(blocks)
            self._add_buttons()
            self._fit_height()
            if not self._writer.full:
                self._next.start()

    def _add_buttons(self) -> None:
        for patch in self._writer.page.codes[len(self._buttons) :]:
            button = CodeCopyButton(patch, self.viewport())
            button.show()
            self._buttons.append(button)

    def _fit_height(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        height = round(document.size().height()) + 1
        if height != self.minimumHeight() or height != self.maximumHeight():
            self.setFixedHeight(height)
        layout = document.documentLayout()
        for button in self._buttons:
            box = layout.blockBoundingRect(document.findBlockByNumber(button.patch.first))
            button.adjustSize()
            right = self.viewport().width() - button.width() - 8
            button.move(right, round(box.top()) - 6)

    def _inked(self, index: int) -> tuple[int, int]:
        text = self.answer.trace.texts[index]
        left = len(text) - len(text.lstrip())
        start = self._starts[index]
        return start + left, start + max(left + 1, len(text.rstrip()))

    def _cursor_rect(self, place: int) -> QRectF:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        return QRectF(self.cursorRect(cursor))

    def _paint_chosen(self) -> None:
        place = self._selection.hovered or self._selection.pinned
        if place is None or place.answer is not self.answer:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = TokenPainter(painter, self._theme)
        tokens.outline(self.token_boxes(place.index), pinned=place == self._selection.pinned)
        painter.end()

    def _on_selection_changed(self) -> None:
        place = self._selection.hovered or self._selection.pinned
        framed = place if place is not None and place.answer is self.answer else None
        if framed != self._framed:
            self._framed = framed
            self.viewport().update()

    def _on_peek(self) -> None:
        index = self._under_mouse
        self._selection.hover(None if index is None else TokenPlace(self.answer, index))

    def _on_link_hovered(self, url: QUrl) -> None:
        set_plain_tooltip(self, one_line(url.toDisplayString(), 400))


def _single_shot(parent: QWidget, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer
