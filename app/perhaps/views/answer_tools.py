"""What can be done with an answer: seen on the last one, and wherever the mouse or focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.views.icons import IconButton
from perhaps.views.inquiry_buttons import InquiryButtons

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.state.selection import Selection
    from perhaps.views.theme import Theme


class AnswerTools(QWidget):
    """Icons; the keys that do the same are in their tooltips."""

    copy_requested = Signal()
    quote_requested = Signal()
    removal_requested = Signal()
    again_requested = Signal()

    def __init__(self, answer: Answer, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("answerTools")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(InquiryButtons(answer, selection, theme, self))
        self._copy = self._add("copyAnswer", "copy", self.tr("Copy the answer (Ctrl+Shift+C)"))
        quote = self.tr("Quote in the question (Ctrl+Shift+Q)")
        self._quote = self._add("quoteAnswer", "quote", quote)
        self._delete = self._add("deleteAnswer", "delete", self.tr("Delete this answer"))
        self._again = self._add("regenerate", "again", self.tr("Answer again (Ctrl+R)"))
        self._copy.clicked.connect(self.copy_requested)
        self._quote.clicked.connect(self.quote_requested)
        self._delete.clicked.connect(self.removal_requested)
        self._again.clicked.connect(self.again_requested)

    def refresh(self, *, written: bool, failed: bool) -> None:
        """Offer what fits an answer that is complete."""
        self._copy.setVisible(written)
        self._quote.setVisible(written)
        self._again.setVisible(not failed)

    def _add(self, name: str, icon: str, words: str) -> IconButton:
        button = IconButton(name, icon, words, self._theme)
        self._row.addWidget(button)
        return button
