"""Draw scenes with Qt's painter: a renderer that training never sees, for the evaluation only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from recipe.outlines import UNIT_OUTLINES

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Ground, Scene, Shape


def render_with_qt(scene: Scene, rng: Random) -> Image.Image:
    """Paint a scene, smoothed most of the time."""
    image = QImage(scene.width, scene.height, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, rng.random() < 0.8)
    painter.fillRect(image.rect(), ground_brush(scene.ground, scene.width, scene.height))
    for shape in scene.shapes:
        paint_shape(painter, shape)
    painter.end()
    stride = image.bytesPerLine()
    pixels = bytes(image.constBits())
    return Image.frombuffer("RGB", (scene.width, scene.height), pixels, "raw", "RGB", stride, 1)


def ground_brush(ground: Ground, width: int, height: int) -> QBrush:
    """Fill with one colour, or with a gradient from corner to corner."""
    if ground.texture != "gradient":
        return QBrush(QColor(*ground.first))
    gradient = QLinearGradient(0, 0, width, height)
    gradient.setColorAt(0, QColor(*ground.first))
    gradient.setColorAt(1, QColor(*ground.second))
    return QBrush(gradient)


def paint_shape(painter: QPainter, shape: Shape) -> None:
    """Paint one shape in its own turned coordinates."""
    colour = QColor(*shape.rgb)
    painter.save()
    painter.translate(shape.x, shape.y)
    painter.rotate(-shape.angle)
    pen = QPen(Qt.PenStyle.NoPen)
    if shape.stroke:
        pen = QPen(colour, max(1.0, shape.stroke))
    elif shape.border:
        pen = QPen(QColor(*shape.border), max(1.0, shape.size * 0.02))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if shape.stroke else QBrush(colour))
    painter.drawPath(shape_path(shape))
    painter.restore()


def shape_path(shape: Shape) -> QPainterPath:
    """Build the path of a shape around the origin, from Qt's own curves where it has them."""
    half_width, half_height = shape.size / 2, shape.size / 2 * shape.aspect
    path = QPainterPath()
    if shape.kind in ("circle", "oval"):
        path.addEllipse(QPointF(0, 0), half_width, half_height)
    elif shape.kind in ("square", "rectangle"):
        path.addRect(QRectF(-half_width, -half_height, 2 * half_width, 2 * half_height))
    elif shape.kind == "heart":
        return heart_path(half_width)
    elif shape.kind == "moon":
        return moon_path(half_width)
    else:
        corners = UNIT_OUTLINES[shape.kind] * (half_width, half_height)
        path.addPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in corners]))
        path.closeSubpath()
    return path


def heart_path(half: float) -> QPainterPath:
    """Draw a heart from four Bezier curves, unlike the recipe's own."""
    path = QPainterPath(QPointF(0, 0.95 * half))
    path.cubicTo(-0.5 * half, 0.45 * half, -half, 0.2 * half, -half, -0.35 * half)
    path.cubicTo(-half, -0.95 * half, -0.2 * half, -1.0 * half, 0, -0.4 * half)
    path.cubicTo(0.2 * half, -1.0 * half, half, -0.95 * half, half, -0.35 * half)
    path.cubicTo(half, 0.2 * half, 0.5 * half, 0.45 * half, 0, 0.95 * half)
    return path


def moon_path(half: float) -> QPainterPath:
    """Cut one disc out of another."""
    disc, bite = QPainterPath(), QPainterPath()
    disc.addEllipse(QPointF(0, 0), half, half)
    bite.addEllipse(QPointF(0.55 * half, 0), 0.85 * half, 0.85 * half)
    return disc.subtracted(bite)
