"""What can be looked into about an answer, by one click each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.state.turn import Turn
from perhaps.views.icons import IconButton
from perhaps.views.named import push_button
from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.state.selection import Selection
    from perhaps.views.theme import Theme


class InquiryButtons(QWidget):
    """Icons in the line of an answer that is complete."""

    def __init__(self, answer: Answer, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._answer = answer
        self.setObjectName("inquiries")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._choices = IconButton(
            "askChoices", "choices", self.tr("How sure is it? (Ctrl+Y)"), theme
        )
        self._evidence = IconButton(
            "askEvidence", "evidence", self.tr("Where did it look? (Ctrl+L)"), theme
        )
        self._choices.clicked.connect(lambda: selection.choices_requested.emit(answer))
        self._evidence.clicked.connect(lambda: selection.evidence_requested.emit(answer))
        row.addWidget(self._choices)
        row.addWidget(self._evidence)
        answer.finished.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.setVisible(not self._answer.running and bool(self._answer.text))
        self._evidence.setVisible(has_picture(self._answer))


class InquiryLinks(QWidget):
    """The same in words, for the answer of the token that is shown."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self.setObjectName("inquiryLinks")
        row = WrappingLayout(self, gap=12, row_gap=2)
        self._choices = push_button("choicesLink", self.tr("How sure is it?"), role="link")
        self._evidence = push_button("evidenceLink", self.tr("Where did it look?"), role="link")
        self._choices.clicked.connect(self._ask_choices)
        self._evidence.clicked.connect(self._ask_evidence)
        row.addWidget(self._choices)
        row.addWidget(self._evidence)
        selection.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        answer = self._answer()
        self._choices.setEnabled(answer is not None and not answer.running)
        self._evidence.setVisible(answer is not None and has_picture(answer))
        self._evidence.setEnabled(answer is not None and not answer.running)

    def _answer(self) -> Answer | None:
        place = self._selection.current
        return place.answer if place else None

    def _ask_choices(self) -> None:
        if answer := self._answer():
            self._selection.choices_requested.emit(answer)

    def _ask_evidence(self) -> None:
        if answer := self._answer():
            self._selection.evidence_requested.emit(answer)


def has_picture(answer: Answer) -> bool:
    """Whether anything in the conversation of an answer could be looked at.

    Walks back through the turns: putting a long conversation together takes milliseconds.
    """
    turn = answer.parent()
    while isinstance(turn, Turn):
        if turn.question.pictures and not answer.failed:
            return True
        fork = turn.fork
        turn = fork.parent() if fork else None
        if fork and isinstance(turn, Turn):
            answer = turn.answers[turn.forks.index(fork)]
    return False
