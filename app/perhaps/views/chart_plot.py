"""A field for curves over tokens: pointed at, clicked, walked, and drawn nearer with Ctrl."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal

if TYPE_CHECKING:
    from pyqtgraph import GraphicsObject
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

HEIGHT = 116
CLOSEST = 10
"""Tokens that are shown at least."""
STEP = 1.15
"""Of one notch of the wheel."""

Item = TypeVar("Item", bound="GraphicsObject")


class ChartPlot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Shows all tokens until a person draws some of them nearer.

    It does without `PlotWidget`: that makes menus that belong to no window, and Python's
    garbage collection would end them in whichever thread it runs.
    """

    pointed = Signal(float)
    """The mouse is over this place, in tokens."""
    left = Signal()
    pressed = Signal(float)
    walked = Signal(int)
    """A key asks for the token before or after."""
    range_changed = Signal()

    def __init__(self) -> None:
        super().__init__(useOpenGL=False)
        self.setObjectName("chartPlot")
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAntialiasing(True)
        self.field = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.setCentralItem(self.field)
        self._near = False
        self._count = 0

    def add(self, item: Item) -> Item:
        """Put an item on the field, and give it back."""
        self.field.addItem(item, ignoreBounds=True)
        return item

    def show_all(self, count: int) -> None:
        """Show all tokens of another answer."""
        self._near = False
        self._count = count

    def follow(self, count: int, scale: float) -> None:
        """Keep room for all tokens, unless a person looks at some of them."""
        self._count = count
        self.field.setYRange(0, scale, padding=0.06)
        if not self._near:
            self.field.setXRange(0, max(1, count - 1), padding=0.02)

    def shown(self, count: int) -> tuple[int, int]:
        """Give the first token in sight, and the one after the last."""
        low, high = self.field.viewRange()[0]
        return max(0, int(low) - 1), min(count, int(high) + 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the mouse is."""
        self.pointed.emit(self._token_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell what was clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(self._token_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave dragging alone."""

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show all again."""
        self._near = False
        self.field.setXRange(0, max(1, self._count - 1), padding=0.02)
        self.range_changed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse is gone."""
        super().leaveEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the tokens."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
        else:
            self.walked.emit(step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl draw nearer or step back; without, leave the wheel to the page."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        event.accept()
        low, high = self.field.viewRange()[0]
        middle = self._token_at(event.position())
        factor = STEP ** (-event.angleDelta().y() / 120)
        low, high = middle - (middle - low) * factor, middle + (high - middle) * factor
        self._near = high - low < self._count - 1
        if not self._near:
            low, high = 0, max(1, self._count - 1)
        elif high - low < CLOSEST:
            return
        self.field.setXRange(low, high, padding=0.0 if self._near else 0.02)
        self.range_changed.emit()

    def _token_at(self, point: QPointF) -> float:
        return float(self.field.mapSceneToView(self.mapToScene(point.toPoint())).x())
