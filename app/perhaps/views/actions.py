"""What the window can do, by menu and by key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from perhaps.state.settings import THEME_CHOICES, Settings

Wish = Callable[[], object]


class WindowActions:
    """Makes actions on a window and the menu that shows them."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        self._window = window
        self._settings = settings
        self.menu = QMenu(window)
        self.menu.setObjectName("mainMenu")

    def add(self, name: str, title: str, key: str, wish: Wish) -> QAction:
        """Add an entry to the menu, with its key."""
        action = self.add_key(name, title, key, wish)
        self.menu.addAction(action)
        return action

    def add_key(self, name: str, title: str, key: str, wish: Wish) -> QAction:
        """Add an action that has a key only."""
        action = QAction(title, self._window)
        action.setObjectName(name)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: wish())
        self._window.addAction(action)
        return action

    def add_themes(self, title: str, names: tuple[str, str, str]) -> None:
        """Add the choice between light and dark."""
        menu = self.menu.addMenu(title)
        group = QActionGroup(menu)
        for choice, name in zip(THEME_CHOICES, names, strict=True):
            action = menu.addAction(name)
            action.setObjectName(f"theme_{choice}")
            action.setCheckable(True)
            action.setChecked(choice == self._settings.theme)
            action.triggered.connect(lambda _on, choice=choice: self._choose_theme(choice))
            group.addAction(action)

    def _choose_theme(self, choice: str) -> None:
        self._settings.theme = choice
