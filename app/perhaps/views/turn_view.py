"""A question and the version of its answer that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from perhaps.views.answer_view import AnswerView
from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label
from perhaps.views.named import named
from perhaps.views.question_bubble import QuestionBubble

if TYPE_CHECKING:
    from perhaps.state.conversation import Turn
    from perhaps.state.selection import Selection
    from perhaps.views.theme import Theme


class TurnView(QWidget):
    """Question on the right, answer below on the left, versions to walk through."""

    again_requested = Signal()

    def __init__(
        self, turn: Turn, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.turn = turn
        self._selection = selection
        self._theme = theme
        self._last = True
        self._views: list[AnswerView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._bubble = QuestionBubble(turn.question)
        self._column.addWidget(self._bubble, 0, Qt.AlignmentFlag.AlignRight)
        self._versions = self._make_versions()
        self._column.addWidget(self._versions)
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
        """Show an earlier or later version."""
        self.turn.show_version(self.turn.shown_index + offset)

    def _make_versions(self) -> QWidget:
        group = named(QWidget(self), "versions")
        row = QHBoxLayout(group)
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(2)
        back = IconButton("versionBack", "previous", self.tr("Earlier answer (Alt+←)"), self._theme)
        self._number = plain_label("", "small")
        self._number.setObjectName("versionNumber")
        forth = IconButton("versionForth", "next", self.tr("Later answer (Alt+→)"), self._theme)
        back.clicked.connect(lambda: self.show_neighbour(-1))
        forth.clicked.connect(lambda: self.show_neighbour(1))
        for widget in (back, self._number, forth):
            row.addWidget(widget)
        row.addStretch(1)
        return group

    def _on_shown_changed(self) -> None:
        for answer in self.turn.answers[len(self._views) :]:
            view = AnswerView(answer, self._selection, self._theme)
            view.again_requested.connect(self.again_requested)
            view.set_last(self._last)
            self._views.append(view)
            self._column.insertWidget(self._column.count() - 1, view)
        for index, view in enumerate(self._views):
            view.setVisible(index == self.turn.shown_index)
        self._versions.setVisible(len(self._views) > 1)
        self._number.setText(f"{self.turn.shown_index + 1}/{len(self._views)}")
