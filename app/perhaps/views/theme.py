"""Light and dark: colours by role, the palette, and the style sheet made of them."""

from __future__ import annotations

import json
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from perhaps.state.settings import Settings

SMALLEST_TEXT = 14
"""Pixels; a larger font of the system is kept."""


class Theme(QObject):
    """The colours that hold now; follows the system unless the person chose."""

    changed = Signal()

    def __init__(self, app: QApplication, settings: Settings, folder: Path) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        self._folder = folder
        self._colours: dict[str, dict[str, str]] = json.loads(
            (folder / "colours.json").read_text("utf-8")
        )
        self._sheet = Template((folder / "window.qss").read_text("utf-8"))
        self.text_size = max(SMALLEST_TEXT, QFontInfo(app.font()).pixelSize())
        self._applied = ""
        self._asked = "system"
        self._painted: dict[str, QColor] = {}
        self.apply()
        settings.changed.connect(self.apply)
        app.styleHints().colorSchemeChanged.connect(self.apply)

    @property
    def dark(self) -> bool:
        """Whether dark holds: by choice, else by the system."""
        if self._settings.theme != "system":
            return self._settings.theme == "dark"
        return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark

    def colour(self, role: str) -> QColor:
        """Give the colour of a role."""
        return self._painted[role]

    def font(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """Give the font of the system in a size relative to running text."""
        font = QFont(self._app.font())
        font.setPixelSize(round(self.text_size * scale))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def mono(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """Give the fixed font of the system, likewise."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(round(self.text_size * scale))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def apply(self) -> None:
        """Put the theme that holds on the application."""
        self._ask_platform()
        name = "dark" if self.dark else "light"
        if name == self._applied:
            return
        self._applied = name
        self._painted = {role: QColor(code) for role, code in self._roles.items()}
        self._app.setPalette(self._palette())
        icons = {
            icon: (self._folder.parent / "icons" / f"{icon}-{name}.svg").as_posix()
            for icon in ("tick", "chevron")
        }
        sheet = self._sheet.substitute(self._roles, **self._sizes(), **icons)
        self._app.setStyleSheet(sheet)
        self.changed.emit()

    def _ask_platform(self) -> None:
        """Have title bars and file dialogs follow the choice, where the platform can."""
        choice = self._settings.theme
        if choice == self._asked:
            return
        self._asked = choice
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Unknown gives the choice back to the system.
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))

    @property
    def _roles(self) -> dict[str, str]:
        return self._colours["dark" if self.dark else "light"]

    def _sizes(self) -> dict[str, int]:
        size = self.text_size
        return {
            "text": size,
            "small": round(size * 0.89),
            "tiny": round(size * 0.79),
            "display": round(size * 1.5),
        }

    def _palette(self) -> QPalette:
        parts = QPalette.ColorRole
        roles = {
            parts.Window: "background",
            parts.WindowText: "ink",
            parts.Base: "surface",
            parts.AlternateBase: "side",
            parts.Text: "ink",
            parts.Button: "surface",
            parts.ButtonText: "ink",
            parts.ToolTipBase: "surface",
            parts.ToolTipText: "ink",
            parts.PlaceholderText: "muted",
            parts.Highlight: "accent",
            parts.HighlightedText: "on_accent",
            parts.Accent: "accent",
            parts.Link: "accent",
        }
        palette = QPalette()
        for part, role in roles.items():
            palette.setColor(part, self.colour(role))
        for part in (parts.WindowText, parts.Text, parts.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, part, self.colour("muted"))
        return palette
