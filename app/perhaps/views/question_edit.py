"""The field for the question: plain text that grows with what is written."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from perhaps.views.dropped_pictures import has_pictures

MOST_LINES = 8
LONGEST = 100_000
"""Characters; more would not fit into any context."""


class QuestionEdit(QPlainTextEdit):
    """Enter sends, Shift+Enter starts a new line; pictures are handed on."""

    submitted = Signal()
    pictures_pasted = Signal(QMimeData)
    walk_requested = Signal(int)
    """An arrow key in the empty field."""
    text_cut = Signal(int)
    """So many characters had no room."""
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("questionEdit")
        self.setAccessibleName(self.tr("Question"))
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(4)
        self._hint = ""
        self.textChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Enter; walk tokens while there is nothing to walk in."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        empty = self.document().isEmpty()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shift:
            self.submitted.emit()
        elif empty and event.key() == Qt.Key.Key_Left:
            self.walk_requested.emit(-1)
        elif empty and event.key() == Qt.Key.Key_Right:
            self.walk_requested.emit(1)
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, mime: QMimeData) -> bool:
        """Take text and pictures."""
        return mime.hasText() or has_pictures(mime)

    def insertFromMimeData(self, mime: QMimeData) -> None:
        """Paste files and lone images as pictures, everything else as plain text."""
        if has_pictures(mime) and (mime.hasUrls() or not mime.hasText()):
            self.pictures_pasted.emit(mime)
        elif mime.hasText():
            self._insert(mime.text())

    def _insert(self, text: str) -> None:
        room = max(0, LONGEST - self.document().characterCount())
        self.insertPlainText(text[:room])
        if len(text) > room:
            self.text_cut.emit(len(text) - room)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the card show the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the card show that the focus left."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the lines at the new width."""
        super().resizeEvent(event)
        self._fit()

    def set_hint(self, hint: str) -> None:
        """Say in the empty field what it is for, on one line."""
        self._hint = hint
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        room = self.viewport().width() - 12
        self.setPlaceholderText(metrics.elidedText(self._hint, Qt.TextElideMode.ElideRight, room))
        line = metrics.lineSpacing()
        lines = max(1, round(self.document().size().height()))
        always, never = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(always if lines > MOST_LINES else never)
        self.setFixedHeight(line * min(lines, MOST_LINES) + 12)
