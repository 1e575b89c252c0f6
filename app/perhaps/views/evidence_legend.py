"""The colours of an evidence map and what they mean, in nats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from perhaps.imaging.heat import overlay
from perhaps.views import words
from perhaps.views.pixel_image import rgba_image

if TYPE_CHECKING:
    from perhaps.views.theme import Theme

BAR = 10
STEPS = 64


class EvidenceLegend(QWidget):
    """A bar from the strongest change against the answer to the strongest one for it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = 0.0
        self._colours = rgba_image(overlay(np.linspace(-1, 1, STEPS)[None], 1.0))
        self.setObjectName("evidenceLegend")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_scale(self, scale: float) -> None:
        """Name the change of full colour, in nats."""
        self._scale = scale
        spoken = self.tr("From {low} to {high} nats; orange: the answer rests on this, "
                         "purple: this speaks against it")  # fmt: skip
        self.setAccessibleName(spoken.format(low=words.signed(-scale), high=words.signed(scale)))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the bar and two lines of words."""
        return QSize(200, BAR + round(2.7 * self._theme.text_size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar, its ends, and what they mean."""
        painter = QPainter(self)
        bar = QRectF(0, 0, self.width(), BAR)
        painter.fillRect(bar, self._theme.colour("line"))
        painter.drawImage(bar, self._colours)
        painter.setFont(self._theme.font(0.86))
        painter.setPen(self._theme.colour("muted"))
        line = 1.3 * self._theme.text_size
        figures = QRectF(0, BAR + 1, self.width(), line)
        meanings = figures.translated(0, line)
        align = Qt.AlignmentFlag
        sides = align.AlignLeft, align.AlignHCenter, align.AlignRight
        ends = words.signed(-self._scale), "0", f"+{words.signed(self._scale)} nats"
        for side, text in zip(sides, ends, strict=True):
            painter.drawText(figures, side, text)
        painter.drawText(meanings, sides[0], self.tr("speaks against it"))
        painter.drawText(meanings, sides[2], self.tr("the answer rests on it"))
