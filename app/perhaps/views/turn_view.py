"""A question and the version of its answer that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from perhaps.views.answer_view import AnswerView
from perhaps.views.question_view import QuestionView
from perhaps.views.version_switch import VersionSwitch

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.state.conversation import Turn
    from perhaps.state.selection import Selection
    from perhaps.state.settings import Settings
    from perhaps.views.chat_wishes import ChatWishes
    from perhaps.views.theme import Theme


class TurnView(QWidget):
    """Question on the right, answer below on the left, versions to walk through."""

    def __init__(
        self,
        turn: Turn,
        selection: Selection,
        theme: Theme,
        settings: Settings,
        wishes: ChatWishes,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("turn")
        self.turn = turn
        self.selection = selection
        self._theme = theme
        self._settings = settings
        self._wishes = wishes
        self._last = False
        self._views: dict[Answer, AnswerView] = {}
        self._versions: VersionSwitch | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.question = QuestionView(turn, theme, wishes)
        self._column.addWidget(self.question)
        turn.shown_changed.connect(self._on_shown_changed)
        self._on_shown_changed()

    @property
    def answer_view(self) -> AnswerView:
        """The view of the version that is shown."""
        return self._views[self.turn.shown]

    def set_last(self, last: bool) -> None:
        """Keep the tools of the last turn in sight."""
        self._last = last
        for view in self._views.values():
            view.set_last(last)

    def fit(self, room: int) -> None:
        """Fit the question into a width."""
        self.question.fit(room)

    def show_neighbour(self, offset: int) -> None:
        """Show an earlier or later version, and its newest token."""
        before = self.turn.shown
        self.turn.show_version(self.turn.shown_index + offset)
        if self.turn.shown is not before:
            self.selection.follow(self.turn.shown)

    def _on_shown_changed(self) -> None:
        shown = self.turn.shown
        if shown not in self._views:
            self._add_view(shown)
        for answer, view in self._views.items():
            view.setVisible(answer is shown)
        if len(self.turn.answers) > 1 or self._versions is not None:
            self._show_versions()

    def _add_view(self, answer: Answer) -> None:
        view = AnswerView(answer, self.selection, self._theme, self._settings)
        wishes, turn = self._wishes, self.turn
        view.again_requested.connect(lambda: wishes.again_requested.emit(turn))
        view.continue_requested.connect(wishes.continue_requested)
        view.edit_requested.connect(lambda: wishes.write_requested.emit(turn.question.text))
        view.quote_requested.connect(wishes.quote_requested)
        view.removal_requested.connect(
            lambda: wishes.answer_removal_requested.emit(turn, turn.answers.index(answer))
        )
        view.set_last(self._last)
        self._views[answer] = view
        self._column.addWidget(view)

    def _show_versions(self) -> None:
        if self._versions is None:
            words = (self.tr("Earlier answer (Alt+←)"), self.tr("Later answer (Alt+→)"))
            self._versions = VersionSwitch(self._theme, words)
            self._versions.step_requested.connect(self.show_neighbour)
            compare = self._versions.offer(
                "compareVersions", "compare", self.tr("Compare versions (Ctrl+B)")
            )
            compare.connect(lambda: self.selection.comparison_requested.emit(self.turn))
        self.answer_view.take_versions(self._versions)
        self._versions.show_number(self.turn.shown_index + 1, len(self.turn.answers))
