"""Which token the inspector shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.state.answer import Answer
from perhaps.state.lens import Lens

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
    candidate_changed = Signal()
    choices_requested = Signal(object)
    """How sure is the model of other answers? Carries an Answer."""
    evidence_requested = Signal(object)
    """Which parts of the picture does an Answer rest on?"""
    comparison_requested = Signal(object)
    """How do the versions of a Turn differ?"""

    def __init__(self, parent: QObject | None = None, lens: Lens | None = None) -> None:
        super().__init__(parent)
        self.lens = lens or Lens(parent=self)
        self.candidate: int | None = None
        """Of the pinned token: which of its candidates is picked, from 0."""
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
        self.hovered = self.pinned = self.candidate = None
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
        if place != self.pinned:
            self.candidate = None
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

    def pick(self, candidate: int | None) -> None:
        """Pick a candidate of the current token, which is pinned with it; or none."""
        place = self.current
        if candidate is not None and place is not None:
            if place != self.pinned:
                self.pin(place)
            candidate = candidate if candidate < len(place.step.candidates) else None
        if candidate != self.candidate:
            self.candidate = candidate
            self.candidate_changed.emit()

    def pick_neighbour(self, offset: int) -> bool:
        """Pick the candidate above or below; False at the ends."""
        place = self.pinned or self.newest
        if place is None:
            return False
        count = len(place.step.candidates)
        before = (-1 if offset > 0 else count) if self.candidate is None else self.candidate
        if not 0 <= before + offset < count:
            return False
        self.hovered = None
        self.pick(before + offset)
        return True

    def _on_advanced(self, _first_new: int) -> None:
        if self.hovered is None and self.pinned is None:
            self.changed.emit()
