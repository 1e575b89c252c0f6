"""The button in the corner of a block of code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from perhaps.views.named import named

if TYPE_CHECKING:
    from perhaps.views.formatted.writer import Patch

TOLD_MS = 1500


class CodeCopyButton(QPushButton):
    """Puts the code as it was written on the clipboard, and says so for a moment."""

    def __init__(self, patch: Patch, parent: QWidget) -> None:
        super().__init__(parent)
        self.patch = patch
        named(self, "copyCode")
        self.setProperty("role", "code")
        self.setText(self.tr("Copy"))
        self.setAccessibleName(self.tr("Copy the code"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(TOLD_MS)
        self._back.timeout.connect(lambda: self.setText(self.tr("Copy")))
        self.clicked.connect(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.patch.code)
        self.setText(self.tr("Copied"))
        self._back.start()
