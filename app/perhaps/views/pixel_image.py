"""Prepared pixels as images that Qt can paint; nothing is decoded here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perhaps.inference.protocol import ImagePixels


def to_image(image: ImagePixels) -> QImage:
    """Copy a prepared picture into an image of Qt."""
    return rgb_image(image.pixels)


def rgb_image(pixels: NDArray[np.uint8]) -> QImage:
    """Copy `[height, width, 3]` RGB into an image of Qt."""
    return _image(pixels, QImage.Format.Format_RGB888)


def rgba_image(pixels: NDArray[np.uint8]) -> QImage:
    """Copy `[height, width, 4]` RGBA, not premultiplied, into an image of Qt."""
    return _image(pixels, QImage.Format.Format_RGBA8888)


def _image(pixels: NDArray[np.uint8], layout: QImage.Format) -> QImage:
    height, width, channels = pixels.shape
    return QImage(pixels.tobytes(), width, height, channels * width, layout).copy()


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
