"""Names for widgets: tests, style sheets and screen-reader tools find them by these."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from perhaps.views.labels import plain_label

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


def show_key(button: QPushButton, key: str) -> None:
    """Show at the right end of a button which key does the same."""
    cap = plain_label(key, "key")
    cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    row = QHBoxLayout(button)
    row.setContentsMargins(0, 0, 9, 0)
    row.addStretch(1)
    row.addWidget(cap, 0, Qt.AlignmentFlag.AlignVCenter)
