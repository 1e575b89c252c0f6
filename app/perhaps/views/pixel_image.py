"""Prepared pixels as images that Qt can paint; nothing is decoded here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

if TYPE_CHECKING:
    from perhaps.inference.protocol import ImagePixels


def to_image(image: ImagePixels) -> QImage:
    """Copy `[height, width, 3]` RGB into an image of Qt."""
    rows = image.pixels
    stride = 3 * image.width
    view = QImage(rows.tobytes(), image.width, image.height, stride, QImage.Format.Format_RGB888)
    return view.copy()


def thumbnail(image: QImage, bounds: QSize, ratio: float, radius: float = 0.0) -> QPixmap:
    """Fit into bounds (logical pixels) with rounded corners; never larger than the bounds."""
    size = bounds * ratio
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    pixmap = QPixmap(scaled.size())
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(QRectF(pixmap.rect()), radius * ratio, radius * ratio)
    painter.setClipPath(path)
    painter.drawImage(0, 0, scaled)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
