"""How answers are looked at: what their tint tells, and whether tokens show exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.probability.doubt import Doubt, Tint, doubt_in, doubts_in

if TYPE_CHECKING:
    from perhaps.probability.trace import TokenTrace
    from perhaps.state.settings import Settings


class Lens(QObject):
    """The same for all answers; kept in the settings where there are some."""

    changed = Signal()

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._tint = settings.tint if settings else Tint.probability
        self._exact = settings.exact_tokens if settings else False

    @property
    def tint(self) -> Tint:
        """What the tint of a token tells."""
        return self._tint

    @tint.setter
    def tint(self, tint: Tint) -> None:
        if tint is not self._tint:
            self._tint = tint
            if self._settings:
                self._settings.tint = tint
            self.changed.emit()

    @property
    def exact(self) -> bool:
        """Whether tokens show one by one, with every space and half character."""
        return self._exact

    @exact.setter
    def exact(self, exact: bool) -> None:
        if exact != self._exact:
            self._exact = exact
            if self._settings:
                self._settings.exact_tokens = exact
            self.changed.emit()

    def doubt(self, trace: TokenTrace, index: int) -> Doubt:
        """Give the tint of a token."""
        return doubt_in(trace, index, self._tint)

    def doubts(self, trace: TokenTrace, tokens: range) -> list[Doubt]:
        """Give the tints of tokens that follow each other."""
        return doubts_in(trace, tokens, self._tint)
