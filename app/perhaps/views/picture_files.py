"""Pictures and drawings as the bytes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from perhaps.views.pixel_image import to_image

if TYPE_CHECKING:
    from perhaps.inference.protocol import ImagePixels

SHARPNESS = 2
"""Pixels of a rendered drawing for each of its units."""


def encoded_picture(picture: ImagePixels) -> bytes:
    """Write prepared pixels as PNG."""
    return _png(to_image(picture))


def rendered_svg(drawing: str) -> bytes:
    """Draw an SVG and write it as PNG."""
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    image = QImage(renderer.defaultSize() * SHARPNESS, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return _png(image)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes here
    return bytes(buffer.data().data())
