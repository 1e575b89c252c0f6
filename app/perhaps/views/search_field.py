"""The field that looks for words in all chats while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from perhaps.views.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

EDGE = 9


class SearchField(QLineEdit):
    """Esc empties and leaves it, Enter opens the first chat, ↓ goes to what was found."""

    left = Signal()
    first_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searchChats")
        self.setAccessibleName(self.tr("Search in all chats"))
        self.setPlaceholderText(self.tr("Search"))
        self.setMaxLength(200)
        self._key = plain_label("Ctrl K", "key")
        self._key.setParent(self)
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(lambda text: self._key.setVisible(not text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead from the words to what they found."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.first_requested.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.list_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the key at the right end."""
        super().resizeEvent(event)
        self._key.adjustSize()
        right = self.width() - self._key.width() - EDGE
        self._key.move(right, (self.height() - self._key.height()) // 2)
