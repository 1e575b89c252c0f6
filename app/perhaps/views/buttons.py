"""Buttons that keep room for more than their words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from perhaps.views.labels import plain_label

CAP_GAP = 10
CAP_MARGIN = 9


class KeyButton(QPushButton):
    """Shows at its right end which key does the same."""

    def __init__(self, name: str, text: str, key: str, role: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setProperty("role", role)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._cap = plain_label(key, "key")
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, CAP_MARGIN, 0)
        row.addStretch(1)
        row.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        """Ask for room for the words and the key beside them."""
        cap = self._cap.sizeHint()
        hint = super().sizeHint()
        return QSize(hint.width() + CAP_GAP + cap.width(), max(hint.height(), cap.height() + 8))

    def minimumSizeHint(self) -> QSize:
        """Never cover the words with the key."""
        return self.sizeHint()


class TabButton(QPushButton):
    """Keeps room for its bold words, so that choosing it moves nothing."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setProperty("role", "tab")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Ask for room for bold words and the ring of the focus."""
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        width = QFontMetrics(font).horizontalAdvance(self.text()) + 8
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Never cut the words."""
        return self.sizeHint()
