"""Draw scenes with Qt's painter: a renderer that training never sees, for the evaluation only."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from recipe.emoji import bitmap
from recipe.lettering import ink
from recipe.outlines import UNIT_OUTLINES, outline

if TYPE_CHECKING:
    from random import Random

    from recipe.scenes import Ground, Item, Scene

FAMILIES = ("Liberation Serif", "Cantarell", "URW Bookman", "Inter")  # training sees none of them


@cache
def application() -> QGuiApplication:
    """The application that fonts need, one for the process."""
    return QGuiApplication.instance() or QGuiApplication(["recipe"])


def render_with_qt(scene: Scene, rng: Random) -> Image.Image:
    """Paint a scene, smoothed most of the time."""
    application()
    image = QImage(scene.width, scene.height, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    smooth = rng.random() < 0.8
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if scene.recognisable:
        painter.fillRect(image.rect(), ground_brush(scene.ground, scene.width, scene.height))
    else:
        paint_static(painter, image.rect(), rng)
    family = rng.choice(FAMILIES)
    for item in scene.items:
        paint_item(painter, item, family)
    painter.end()
    stride = image.bytesPerLine()
    pixels = bytes(image.constBits())
    return Image.frombuffer("RGB", (scene.width, scene.height), pixels, "raw", "RGB", stride, 1)


def paint_static(painter: QPainter, area: QRect, rng: Random) -> None:
    """Cover an area with small squares of random colours."""
    side = max(2, round(max(area.width(), area.height()) * rng.choice((0.01, 0.02, 0.05))))
    for y in range(0, area.height(), side):
        for x in range(0, area.width(), side):
            painter.fillRect(x, y, side, side, QColor.fromRgb(rng.getrandbits(24)))


def ground_brush(ground: Ground, width: int, height: int) -> QBrush:
    """Fill with one colour, or with a gradient from corner to corner."""
    if ground.texture != "gradient":
        return QBrush(QColor(*ground.first))
    gradient = QLinearGradient(0, 0, width, height)
    gradient.setColorAt(0, QColor(*ground.first))
    gradient.setColorAt(1, QColor(*ground.second))
    return QBrush(gradient)


def paint_item(painter: QPainter, item: Item, family: str) -> None:
    """Paint one item in its own turned coordinates."""
    painter.save()
    if item.wobble:
        paint_outline(painter, item)
    else:
        painter.translate(item.x, item.y)
        painter.rotate(item.angle)
        if item.face:
            paint_text(painter, item, family)
        elif item.text:
            paint_emoji(painter, item)
        else:
            paint_shape(painter, item)
    painter.restore()


def paint_text(painter: QPainter, item: Item, family: str) -> None:
    """Fill the outlines of letters, as wide as the item's own face would draw them."""
    path = QPainterPath()
    path.addText(0, 0, QFont(family, 100, QFont.Weight.Bold), item.text)
    box, (width, height) = path.boundingRect(), text_box(item)
    scale = min(width / box.width(), height / box.height())
    painter.scale(scale, scale)
    painter.translate(-box.center())
    painter.fillPath(path, QColor(*item.rgb))


def text_box(item: Item) -> tuple[float, float]:
    """Width and height of an item's text, upright."""
    left, top, right, bottom = ink(item.face, item.text)
    return (right - left) * item.size, (bottom - top) * item.size


def paint_emoji(painter: QPainter, item: Item) -> None:
    """Paint the bitmap of an emoji, scaled by Qt."""
    stamp = bitmap(item.text)
    data = stamp.tobytes()
    form = QImage.Format.Format_RGBA8888
    image = QImage(data, stamp.width, stamp.height, 4 * stamp.width, form)
    painter.scale(-1 if item.mirrored else 1, 1)
    painter.drawImage(QRectF(-item.size / 2, -item.size / 2, item.size, item.size), image)


def paint_outline(painter: QPainter, item: Item) -> None:
    """Paint an outline that wobbles, or a blob, corner by corner."""
    corners = QPolygonF([QPointF(float(x), float(y)) for x, y in outline(item)])
    use_pens(painter, item)
    painter.drawPolygon(corners)


def paint_shape(painter: QPainter, item: Item) -> None:
    """Paint a shape from Qt's own curves where it has them."""
    use_pens(painter, item)
    painter.drawPath(shape_path(item))


def use_pens(painter: QPainter, item: Item) -> None:
    """Set the pen and brush for filled, bordered and hollow shapes."""
    colour = QColor(*item.rgb)
    pen = QPen(Qt.PenStyle.NoPen)
    if item.stroke:
        pen = QPen(colour, max(1.0, item.stroke))
    elif item.border:
        pen = QPen(QColor(*item.border), max(1.0, item.size * 0.02))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if item.stroke else QBrush(colour))


def shape_path(item: Item) -> QPainterPath:
    """Build the path of a shape around the origin, from Qt's own curves where it has them."""
    half_width, half_height = item.size / 2, item.size / 2 * item.aspect
    path = QPainterPath()
    if item.kind in ("circle", "oval"):
        path.addEllipse(QPointF(0, 0), half_width, half_height)
    elif item.kind in ("square", "rectangle"):
        path.addRect(QRectF(-half_width, -half_height, 2 * half_width, 2 * half_height))
    elif item.kind == "heart":
        return heart_path(half_width)
    elif item.kind == "moon":
        return moon_path(half_width)
    else:
        corners = UNIT_OUTLINES[item.kind] * (half_width, half_height)
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
