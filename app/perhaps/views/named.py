"""Names for widgets: tests, style sheets and screen-reader tools find them by these."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton

Named = TypeVar("Named", bound=QObject)


def named(thing: Named, name: str) -> Named:
    """Give a thing its object name, and the thing back."""
    thing.setObjectName(name)
    return thing


def push_button(name: str, text: str = "", role: str = "") -> QPushButton:
    """Make a button; `role` picks its look in the style sheet."""
    button = named(QPushButton(text), name)
    if role:
        button.setProperty("role", role)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
