"""Asks before the window closes over what the disk has not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


class CloseQuestion(QMessageBox):
    """Says what would be lost; closes only when the person says so."""

    def __init__(self, reason: str, close: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("closeQuestion")
        self.setWindowTitle("Perhaps")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("What is new is not kept yet. Close the window all the same?"))
        self.setInformativeText(reason)
        leave = self.addButton(self.tr("Close and lose it"), QMessageBox.ButtonRole.DestructiveRole)
        leave.setObjectName("closeAnyway")
        stay = self.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(stay)
        self.setEscapeButton(stay)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        leave.clicked.connect(lambda: close())
