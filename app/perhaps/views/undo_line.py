"""Offers for a while to take back what a person did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label
from perhaps.views.named import push_button

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.views.theme import Theme

OFFERED_MS = 20_000


class UndoLine(QFrame):
    """One sentence and one button; a new offer takes the place of the one before."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("undoLine")
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        self._sentence = plain_label("", "small", wrap=True)
        self._sentence.setObjectName("undoSentence")
        undo = push_button("undo", self.tr("Undo"), role="link")
        close = IconButton("closeUndo", "close", self.tr("Close"), theme)
        row.addWidget(self._sentence, 1)
        row.addWidget(undo)
        row.addWidget(close)
        self._bring_back: Callable[[], object] | None = None
        self._chat = 0
        undo.clicked.connect(self.undo)
        close.clicked.connect(self._forget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(OFFERED_MS)
        self._timer.timeout.connect(self._forget)
        self.hide()

    def offer(self, sentence: str, bring_back: Callable[[], object], chat: int = 0) -> None:
        """Tell what was done, and in which chat; `bring_back` undoes it."""
        self._chat = chat
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._bring_back = bring_back
        self.show()
        self._timer.start()

    def withdraw(self, chat: int) -> None:
        """Take back the offer that is about a chat, where something came back in another way."""
        if chat == self._chat:
            self._forget()

    def undo(self) -> None:
        """Undo what was done last."""
        bring_back = self._bring_back
        self._forget()
        if bring_back is not None:
            bring_back()

    def _forget(self) -> None:
        self._bring_back = None
        self._timer.stop()
        self.hide()
