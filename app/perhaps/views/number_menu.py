"""A quiet button that shows a number in words and offers others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NumberMenu(QPushButton):
    """The present number is always among those that are offered."""

    chosen = Signal(int)

    def __init__(
        self,
        name: str,
        numbers: Sequence[int],
        in_words: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._in_words = in_words
        self._present = numbers[0]
        self.setObjectName(name)
        self.setProperty("role", "quiet")
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def show_number(self, number: int, text: str = "") -> None:
        """Show a number, in other words than usual where `text` gives them."""
        self._present = number
        self.setText(f"{text or self._in_words(number)} ▾")

    def _fill(self) -> None:
        self.menu().clear()
        for number in sorted({*self._numbers, self._present}):
            action = self.menu().addAction(self._in_words(number))
            action.setCheckable(True)
            action.setChecked(number == self._present)
            action.triggered.connect(lambda _on, number=number: self.chosen.emit(number))
