"""One sentence above the composer about something that went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label
from perhaps.views.named import push_button

if TYPE_CHECKING:
    from perhaps.views.theme import Theme


class Notice(QFrame):
    """Stays until it is closed or its cause is gone."""

    remedy_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(8)
        self._sentence = plain_label("", "sentence", wrap=True)
        self._sentence.setObjectName("noticeSentence")
        self._remedy = push_button("noticeRemedy")
        self._remedy.clicked.connect(self.remedy_requested)
        close = IconButton("closeNotice", "close", self.tr("Close"), theme)
        close.clicked.connect(self.hide)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._remedy)
        row.addWidget(close)
        self._topic = ""
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def say(self, sentence: str, remedy: str = "", topic: str = "") -> None:
        """Show a sentence, and a button where something can be done.

        What is said on a topic can be taken back by `withdraw`.
        """
        self._topic = topic
        self._sentence.setText(sentence)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self.setAccessibleName(sentence)
        self.show()

    def withdraw(self, topic: str) -> bool:
        """Hide what was said last on a topic; False where something else is shown."""
        if self._topic != topic or self.isHidden():
            return False
        self.hide()
        return True
