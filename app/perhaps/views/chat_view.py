"""The conversation: turns in a column that follows the writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from perhaps.state.answer import Answer
from perhaps.views.named import named
from perhaps.views.turn_view import TurnView

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from perhaps.state.conversation import Conversation, Turn
    from perhaps.state.selection import Selection
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme

COLUMN = 724
EDGE = 24
AT_END = 48
"""Pixels from the end within which the view follows the writing."""


class ChatView(QScrollArea):
    """Scrolls with the newest token unless the person scrolled away."""

    again_requested = Signal()
    continue_requested = Signal(Answer)
    edit_requested = Signal(str)
    """Words for the field of the question."""

    def __init__(self, selection: Selection, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._selection = selection
        self._theme = theme
        self._settings = settings
        self._conversation: Conversation | None = None
        self._turns: list[TurnView] = []
        self._follows = True
        self.setObjectName("chatScroll")
        self.setAccessibleName(self.tr("Conversation"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._replace_column()
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        selection.changed.connect(self._on_selection_changed)

    @property
    def turn_views(self) -> tuple[TurnView, ...]:
        """The turns on the screen, in order."""
        return tuple(self._turns)

    def show_conversation(self, conversation: Conversation) -> None:
        """Show another conversation."""
        if self._conversation is not None:
            self._conversation.path_changed.disconnect(self._on_path_changed)
        self._conversation = conversation
        conversation.path_changed.connect(self._on_path_changed)
        self._turns = []
        self._replace_column()
        self._on_path_changed(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle, at a width that reads well."""
        super().resizeEvent(event)
        self._fit_column()

    def _replace_column(self) -> None:
        self._page = named(QWidget(), "chatColumn")
        self._column = QVBoxLayout(self._page)
        self._column.setSpacing(28)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self._fit_column()

    def _fit_column(self) -> None:
        side = max(EDGE, (self.width() - COLUMN) // 2)
        # The scroll bar takes from the right margin, so that nothing moves when it comes.
        bar = self.width() - self.viewport().width()
        self._column.setContentsMargins(side, 22, side - bar, 18)
        for view in self._turns:
            view.fit(self.width() - 2 * side)

    def _on_path_changed(self, first: int) -> None:
        assert self._conversation is not None
        for view in self._turns[first:]:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        del self._turns[first:]
        for turn in self._conversation.turns[first:]:
            self._add_view(turn)

    def _add_view(self, turn: Turn) -> None:
        for view in self._turns:
            view.set_last(False)
        view = TurnView(turn, self._selection, self._theme, self._settings)
        view.again_requested.connect(self.again_requested)
        view.continue_requested.connect(self.continue_requested)
        view.edit_requested.connect(self.edit_requested)
        self._turns.append(view)
        self._column.insertWidget(self._column.count() - 1, view)
        self._follows = True
        self._fit_column()

    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - AT_END

    def _on_range_changed(self, _low: int, high: int) -> None:
        if self._follows:
            self.verticalScrollBar().setValue(high)

    def _on_selection_changed(self) -> None:
        """Bring a pinned token into view, as walking may lead out of it."""
        place = self._selection.pinned
        if place is None or self._selection.hovered is not None:
            return
        for turn in self._turns:
            shown = turn.answer_view.body.shown
            if shown.answer is place.answer and (boxes := shown.token_boxes(place.index)):
                center = shown.mapTo(self._page, boxes[0].center().toPoint())
                self.ensureVisible(center.x(), center.y(), 0, 60)
