"""Line icons in the colour of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from perhaps.paths import resources_path
from perhaps.views.labels import set_plain_tooltip

if TYPE_CHECKING:
    from perhaps.views.theme import Theme

DRAWN_IN = "#000000"
"""The colour in the files, replaced by that of the theme."""


def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Draw one of our icons at a size in logical pixels."""
    drawing = (resources_path() / "icons" / f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace(DRAWN_IN, colour).encode()))
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def window_icon() -> QIcon:
    """The mark of the program, in colour."""
    icon = QIcon()
    for size in (16, 32, 64, 128, 256):
        icon.addPixmap(icon_pixmap("perhaps", DRAWN_IN, size, 1.0))
    return icon


class IconButton(QToolButton):
    """A button with an icon; its words are its tooltip and accessible name."""

    def __init__(
        self, name: str, icon: str, words: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._theme = theme
        self.setObjectName(name)
        set_plain_tooltip(self, words)
        self.setAccessibleName(words)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._redraw)
        self._redraw()

    def _redraw(self) -> None:
        ratio = self.devicePixelRatioF()
        icon = QIcon()
        for mode, role in ((QIcon.Mode.Normal, "muted"), (QIcon.Mode.Disabled, "line_strong")):
            pixmap = icon_pixmap(self._icon, self._theme.colour(role).name(), 18, ratio)
            icon.addPixmap(pixmap, mode)
        self.setIcon(icon)
