"""What can be done with a question, beside its bubble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.views.icons import IconButton

if TYPE_CHECKING:
    from perhaps.views.theme import Theme


class QuestionTools(QWidget):
    """Edit, copy, delete; seen where the mouse or the focus is."""

    edit_requested = Signal()
    copy_requested = Signal()
    removal_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("questionTools")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        wishes = (
            ("editThisQuestion", "edit", self.tr("Ask in other words (Ctrl+E)"), "edit_requested"),
            ("copyQuestion", "copy", self.tr("Copy the question"), "copy_requested"),
            (
                "deleteQuestion",
                "delete",
                self.tr("Delete the question and what follows"),
                "removal_requested",
            ),
        )
        for name, icon, words, signal in wishes:
            button = IconButton(name, icon, words, theme)
            button.clicked.connect(getattr(self, signal))
            row.addWidget(button)
