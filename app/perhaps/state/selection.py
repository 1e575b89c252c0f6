"""Which token the inspector shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.state.answer import Answer

if TYPE_CHECKING:
    from perhaps.inference.protocol import TokenStep


@dataclass(frozen=True)
class TokenPlace:
    """A token by its answer and position, never by its text."""

    answer: Answer
    index: int

    @property
    def step(self) -> TokenStep:
        """The token there."""
        return self.answer.steps[self.index]


class Selection(QObject):
    """A hovered token goes before a pinned one, a pinned one before the newest."""

    changed = Signal()
    choices_requested = Signal(object)
    """How sure is the model of other answers? Carries an Answer."""
    evidence_requested = Signal(object)
    """Which parts of the picture does an Answer rest on?"""
    comparison_requested = Signal(object)
    """How do the versions of a Turn differ?"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered: TokenPlace | None = None
        self.pinned: TokenPlace | None = None
        self._followed: Answer | None = None

    @property
    def newest(self) -> TokenPlace | None:
        """The last token of the answer that is followed."""
        if self._followed is None or not self._followed.steps:
            return None
        return TokenPlace(self._followed, len(self._followed.steps) - 1)

    @property
    def current(self) -> TokenPlace | None:
        """The token to show."""
        return self.hovered or self.pinned or self.newest

    def follow(self, answer: Answer | None) -> None:
        """Show the newest token of this answer while nothing else is chosen."""
        if self._followed is not None:
            self._followed.advanced.disconnect(self._on_advanced)
        self._followed = answer
        self.hovered = self.pinned = None
        if answer is not None:
            answer.advanced.connect(self._on_advanced)
        self.changed.emit()

    def hover(self, place: TokenPlace | None) -> None:
        """Peek at a token, or stop peeking."""
        if place != self.hovered:
            self.hovered = place
            self.changed.emit()

    def pin(self, place: TokenPlace | None) -> None:
        """Keep a token, or let it go."""
        self.hovered = None
        self.pinned = place
        self.changed.emit()

    def step(self, offset: int) -> bool:
        """Pin the neighbour of the current token; False where there is none."""
        place = self.pinned or self.newest
        if place is None:
            return False
        index = place.index + offset
        if not 0 <= index < len(place.answer.steps):
            return False
        self.pin(TokenPlace(place.answer, index))
        return True

    def _on_advanced(self, _first_new: int) -> None:
        if self.hovered is None and self.pinned is None:
            self.changed.emit()
