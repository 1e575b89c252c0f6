"""The pictures of the question at hand, in rows that scroll where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

HIGHEST = 174
"""Pixels; four rows of chips."""


class ChipArea(QScrollArea):
    """As high as its rows, up to a limit; hidden while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chips")
        self.setAccessibleName(self.tr("Pictures"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._rows = WrappingLayout(self._page)
        self.setWidget(self._page)
        self._page.installEventFilter(self)
        self.verticalScrollBar().rangeChanged.connect(self._show_last)
        self.hide()

    def add(self, chip: QWidget) -> None:
        """Add a chip at the end, and bring it into view."""
        self._rows.addWidget(chip)
        self.show()
        self._fit()

    def remove(self, chip: QWidget) -> None:
        """Take a chip out."""
        self._rows.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(self._rows.count() > 0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the rows at the new width."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit again when a chip says more or less than before."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _show_last(self, _low: int, high: int) -> None:
        self.verticalScrollBar().setValue(high)

    def _fit(self) -> None:
        needed = self._rows.heightForWidth(self.viewport().width())
        self.setFixedHeight(min(max(needed, 1), HIGHEST))
