"""The line above the chat: its title, the inspector, the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from perhaps.views.icons import IconButton
from perhaps.views.labels import ElidedLabel

if TYPE_CHECKING:
    from perhaps.views.theme import Theme


class Header(QFrame):
    """Says which chat is open."""

    def __init__(self, menu: QMenu, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(52)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 14, 0)
        row.setSpacing(4)
        self._title = ElidedLabel("", "title")
        self._title.setObjectName("chatTitle")
        self.inspector = IconButton(
            "toggleInspector", "inspector", self.tr("Show or hide the inspector (Ctrl+I)"), theme
        )
        more = IconButton("more", "more", self.tr("Menu"), theme)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(menu)
        row.addWidget(self._title, 1)
        row.addWidget(self.inspector)
        row.addWidget(more)

    def show_title(self, title: str) -> None:
        """Show the title of the chat that is open."""
        self._title.setText(title or self.tr("New chat"))
