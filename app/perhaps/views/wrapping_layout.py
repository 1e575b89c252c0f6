"""A layout that puts widgets side by side and goes on in a new row."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class WrappingLayout(QLayout):
    """Rows as wide as there is room; items keep the width they ask for.

    In a row they are centred, or all as high as the highest where `even`.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        gap: int = 8,
        row_gap: int = 6,
        *,
        centred: bool = False,
        even: bool = False,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._row_gap = row_gap
        self._centred = centred
        self._even = even
        self.setContentsMargins(QMargins())

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Count the items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Give an item, or None past the end, as Qt wants it."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that narrow means high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height of all rows."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        rows = self._arrange(QRect(0, 0, inner, 0), move=False)
        return rows + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        """Ask for a single row."""
        sizes = [item.sizeHint() for item in self._visible()]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """Need room for the widest item."""
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for row in self._rows(rect.width()):
            height = max(size.height() for _, size in row)
            if move:
                self._place(row, rect.x() + self._indent(row, rect.width()), y, height)
            y += height + self._row_gap
        return max(0, y - rect.y() - self._row_gap)

    def _indent(self, row: list[tuple[QLayoutItem, QSize]], width: int) -> int:
        used = sum(size.width() for _, size in row) + self._gap * (len(row) - 1)
        return (width - used) // 2 if self._centred else 0

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        free = -1
        for item in self._visible():
            size = item.sizeHint()
            size.setWidth(min(size.width(), width))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if size.width() > free:
                rows.append([])
                free = width
            rows[-1].append((item, size))
            free -= size.width() + self._gap
        return rows

    def _place(self, row: list[tuple[QLayoutItem, QSize]], x: int, y: int, height: int) -> None:
        for item, size in row:
            if self._even:
                size.setHeight(height)
            item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
            x += size.width() + self._gap
