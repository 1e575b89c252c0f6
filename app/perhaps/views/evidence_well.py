"""A picture in grey with the map of an answer over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from perhaps.imaging.heat import greyed, overlay
from perhaps.views.pixel_image import rgb_image, rgba_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perhaps.inference.protocol import ImagePixels

    Changes = NDArray[np.float64]

HIGHEST = 1.0
"""Times its width."""


class EvidenceWell(QFrame):
    """Fitted into the width; tells which cell of the map the mouse is over."""

    cell_hovered = Signal(int, int)
    """Row and column; both -1 where the mouse has left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evidenceWell")
        self.setProperty("role", "well")
        self.setMouseTracking(True)
        self._picture = QImage()
        self._map = QImage()
        self._opacity = 1.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_picture(self, image: ImagePixels) -> None:
        """Show another picture, and no map yet."""
        self._picture = rgb_image(greyed(image.pixels))
        self._map = QImage()
        self.updateGeometry()
        self.update()

    def show_map(self, changes: Changes, scale: float) -> None:
        """Lay a map over it; `scale` is the change (nats) of full colour."""
        self._map = rgba_image(overlay(changes, scale))
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """Let more or less of the picture through, 0 to 1."""
        self._opacity = opacity
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(300, self.heightForWidth(300))

    def hasHeightForWidth(self) -> bool:
        """Keep the shape of the picture."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the picture, but never higher than wide."""
        size = self._picture.size()
        return round(min(HIGHEST * width, width * size.height() / max(1, size.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture in the middle, and the map over it."""
        super().paintEvent(event)
        painter = QPainter(self)
        target = self._target()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._picture)
        # Fields of a grid have edges; smooth ones would claim to know more.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setOpacity(self._opacity)
        painter.drawImage(target, self._map)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the cell under the mouse."""
        target, at = self._target(), event.position()
        if self._map.isNull() or not target.contains(at):
            self.cell_hovered.emit(-1, -1)
            return
        column = int((at.x() - target.left()) / target.width() * self._map.width())
        row = int((at.y() - target.top()) / target.height() * self._map.height())
        last_row, last_column = self._map.height() - 1, self._map.width() - 1
        self.cell_hovered.emit(min(row, last_row), min(column, last_column))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that no cell is under the mouse."""
        self.cell_hovered.emit(-1, -1)
        super().leaveEvent(event)

    def _target(self) -> QRectF:
        inner = self.rect().adjusted(1, 1, -1, -1)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        size = self._picture.size().scaled(inner.size(), keep)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(QRectF(inner).center())
        return target
