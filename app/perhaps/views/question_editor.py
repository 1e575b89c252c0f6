"""A question that is being asked in other words, in its place in the chat."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from perhaps.views.labels import plain_label
from perhaps.views.named import push_button
from perhaps.views.question_edit import QuestionEdit


class QuestionEditor(QFrame):
    """Enter asks, Esc leaves everything as it was."""

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setObjectName("questionEditor")
        self.setProperty("role", "bubble")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        self.edit = QuestionEdit()
        self.edit.setObjectName("questionEditorField")
        self.edit.setAccessibleName(self.tr("The question in other words"))
        self.edit.setPlainText(text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.edit.submitted.connect(self._submit)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.addWidget(plain_label(self.tr("The answer to it is a new version."), "small"), 1)
        cancel = push_button("cancelEdit", self.tr("Cancel"))
        ask = push_button("askEdited", self.tr("Ask"), role="primary")
        cancel.clicked.connect(self.cancelled)
        ask.clicked.connect(self._submit)
        row.addWidget(cancel)
        row.addWidget(ask)
        column.addLayout(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        if self.edit.toPlainText().strip():
            self.submitted.emit(self.edit.toPlainText())
