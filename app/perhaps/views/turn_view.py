"""A question and the version of its answer that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from perhaps.state.answer import Answer
from perhaps.views.answer_view import AnswerView
from perhaps.views.question_bubble import QuestionBubble

if TYPE_CHECKING:
    from perhaps.state.conversation import Turn
    from perhaps.state.selection import Selection
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme
from perhaps.views.version_switch import VersionSwitch


class TurnView(QWidget):
    """Question on the right, answer below on the left, versions to walk through."""

    again_requested = Signal()
    continue_requested = Signal(Answer)
    edit_requested = Signal(str)
    """The words of the question, to be asked differently."""

    def __init__(self, turn: Turn, selection: Selection, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.turn = turn
        self._selection = selection
        self._theme = theme
        self._settings = settings
        self._last = True
        self._views: list[AnswerView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._bubble = QuestionBubble(turn.question)
        self._column.addWidget(self._bubble, 0, Qt.AlignmentFlag.AlignRight)
        self._versions = VersionSwitch(theme)
        self._versions.step_requested.connect(self.show_neighbour)
        turn.shown_changed.connect(self._on_shown_changed)
        self._on_shown_changed()

    @property
    def answer_view(self) -> AnswerView:
        """The view of the version that is shown."""
        return self._views[self.turn.shown_index]

    def set_last(self, last: bool) -> None:
        """Offer another answer on the last turn only."""
        self._last = last
        for view in self._views:
            view.set_last(last)

    def fit(self, room: int) -> None:
        """Fit the question into a width."""
        self._bubble.fit(round(room * 0.8))

    def show_neighbour(self, offset: int) -> None:
        """Show an earlier or later version, and its newest token."""
        before = self.turn.shown
        self.turn.show_version(self.turn.shown_index + offset)
        if self.turn.shown is not before:
            self._selection.follow(self.turn.shown)

    def _on_edit_requested(self) -> None:
        self.edit_requested.emit(self.turn.question.text)

    def _on_shown_changed(self) -> None:
        for answer in self.turn.answers[len(self._views) :]:
            view = AnswerView(answer, self._selection, self._theme, self._settings)
            view.again_requested.connect(self.again_requested)
            view.continue_requested.connect(self.continue_requested)
            view.edit_requested.connect(self._on_edit_requested)
            view.set_last(self._last)
            self._views.append(view)
            self._column.addWidget(view)
        for index, view in enumerate(self._views):
            view.setVisible(index == self.turn.shown_index)
        self.answer_view.take_versions(self._versions)
        self._versions.show_number(self.turn.shown_index + 1, len(self._views))
