"""Walks through the versions of a question or an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from perhaps.views.theme import Theme


class VersionSwitch(QWidget):
    """`‹ 1/2 ›`, seen only where there is more than one."""

    step_requested = Signal(int)

    def __init__(self, theme: Theme, words: tuple[str, str]) -> None:
        """Take the words for going back and forth."""
        super().__init__()
        self.setObjectName("versions")
        self._theme = theme
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._back = IconButton("versionBack", "previous", words[0], theme)
        self._number = plain_label("", "small")
        self._number.setObjectName("versionNumber")
        self._forth = IconButton("versionForth", "next", words[1], theme)
        self._back.clicked.connect(lambda: self.step_requested.emit(-1))
        self._forth.clicked.connect(lambda: self.step_requested.emit(1))
        for widget in (self._back, self._number, self._forth):
            row.addWidget(widget)

    def offer(self, name: str, icon: str, words: str) -> SignalInstance:
        """Add a button for what can be done with all versions; gives its `clicked`."""
        button = IconButton(name, icon, words, self._theme)
        self._row.addWidget(button)
        return button.clicked

    def show_number(self, number: int, count: int) -> None:
        """Show which version it is, from 1."""
        self.setVisible(count > 1)
        self._number.setText(f"{number}/{count}")
        self._back.setEnabled(number > 1)
        self._forth.setEnabled(number < count)
