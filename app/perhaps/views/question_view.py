"""A question with its versions, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from perhaps.views.question_bubble import QuestionBubble
from perhaps.views.question_editor import QuestionEditor
from perhaps.views.question_tools import QuestionTools
from perhaps.views.version_switch import VersionSwitch

if TYPE_CHECKING:
    from perhaps.state.turn import Turn
    from perhaps.views.chat_wishes import ChatWishes
    from perhaps.views.theme import Theme

RIGHT = Qt.AlignmentFlag.AlignRight
BOTTOM = Qt.AlignmentFlag.AlignBottom


class QuestionView(QWidget):
    """The bubble on the right, tools to the left of it, the switch of versions below."""

    def __init__(self, turn: Turn, theme: Theme, wishes: ChatWishes) -> None:
        super().__init__()
        self.setObjectName("questionView")
        self._turn = turn
        self._theme = theme
        self._wishes = wishes
        self._tools: QuestionTools | None = None
        self._editor: QuestionEditor | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self.bubble = QuestionBubble(turn.question)
        self._grid.addWidget(self.bubble, 0, 1, RIGHT)
        if turn.fork is not None and len(turn.fork.turns) > 1:
            self._add_versions()

    def fit(self, room: int) -> None:
        """Fit the question into a width."""
        self.bubble.fit(round(room * 0.8))

    def begin_edit(self) -> None:
        """Let the person ask in other words."""
        if self._editor is not None:
            return
        self._editor = QuestionEditor(self._turn.question.text)
        self._editor.submitted.connect(self._on_submitted)
        self._editor.cancelled.connect(self.end_edit)
        self.bubble.hide()
        self._show_tools(seen=False)
        self._grid.addWidget(self._editor, 0, 0, 1, 2)
        self._editor.edit.setFocus()

    def end_edit(self) -> None:
        """Show the question as it was asked."""
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self.bubble.show()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer what can be done."""
        super().enterEvent(event)
        self._show_tools(seen=self._editor is None)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the offer back."""
        super().leaveEvent(event)
        self._show_tools(seen=False)

    def _show_tools(self, *, seen: bool) -> None:
        if seen and self._tools is None:
            self._tools = QuestionTools(self._theme)
            self._tools.edit_requested.connect(self.begin_edit)
            self._tools.copy_requested.connect(self._copy)
            self._tools.removal_requested.connect(
                lambda: self._wishes.question_removal_requested.emit(self._turn)
            )
            self._grid.addWidget(self._tools, 0, 0, RIGHT | BOTTOM)
        if self._tools is not None:
            self._tools.setVisible(seen)

    def _add_versions(self) -> None:
        assert self._turn.fork is not None
        switch = VersionSwitch(
            self._theme, (self.tr("Earlier question"), self.tr("Later question"))
        )
        fork = self._turn.fork
        switch.show_number(fork.turns.index(self._turn) + 1, len(fork.turns))
        switch.step_requested.connect(
            lambda offset: fork.show_version(fork.turns.index(self._turn) + offset)
        )
        self._grid.addWidget(switch, 1, 1, RIGHT)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._turn.question.text)

    def _on_submitted(self, text: str) -> None:
        self._wishes.edit_requested.emit(self._turn, text)
