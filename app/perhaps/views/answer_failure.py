"""Why an answer failed, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from perhaps.views.labels import plain_label
from perhaps.views.named import push_button


class AnswerFailure(QFrame):
    """One sentence, and two ways to go on."""

    again_requested = Signal()
    edit_requested = Signal()

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.setObjectName("answerFailure")
        self.setProperty("role", "failure")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        label = plain_label(sentence, "sentence", wrap=True)
        label.setObjectName("answerFailureSentence")
        again = push_button("tryAgain", self.tr("Try again"))
        again.clicked.connect(self.again_requested)
        edit = push_button("editQuestion", self.tr("Edit"))
        edit.setToolTip(self.tr("Put the question back into the field"))
        edit.clicked.connect(self.edit_requested)
        row.addWidget(label, 1)
        row.addWidget(edit)
        row.addWidget(again)
