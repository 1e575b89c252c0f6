"""Line icons in the colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
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
    return QPixmap.fromImage(_icon_image(name, colour, size, ratio))


@lru_cache(maxsize=256)
def _icon_image(name: str, colour: str, size: int, ratio: float) -> QImage:
    drawing = (resources_path() / "icons" / f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace(DRAWN_IN, colour).encode()))
    image = QImage(QSize(size, size) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


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
