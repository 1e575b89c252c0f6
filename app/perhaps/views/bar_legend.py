"""What the two bars of a candidate mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from perhaps.views.labels import plain_label

if TYPE_CHECKING:
    from perhaps.inference.protocol import SamplingOptions
    from perhaps.views.theme import Theme


class BarLegend(QWidget):
    """The thick bar is the model's, the thin one is after the samplers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("barLegend")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        model = plain_label(self.tr("model"), "small")
        self._sampled = plain_label("", "small", wrap=True)
        for row, (swatch, words) in enumerate(
            ((Swatch(theme, "accent", 8), model), (Swatch(theme, "sampled", 4), self._sampled))
        ):
            grid.addWidget(swatch, row, 0)
            grid.addWidget(words, row, 1)

    def show_sampling(self, options: SamplingOptions, *, what_if: bool = False) -> None:
        """Name the samplers of the answer that is shown, or those that are tried."""
        parts = [f"T {options.temperature:g}"]
        if options.temperature > 0:
            parts += [f"top-k {options.top_k}"] if options.top_k else []
            parts += [f"top-p {options.top_p:g}"] if options.top_p < 1 else []
            parts += [f"min-p {options.min_p:g}"] if options.min_p > 0 else []
        text = self.tr("what if ({options})") if what_if else self.tr("after samplers ({options})")
        self._sampled.setText(text.format(options=", ".join(parts)))


class Swatch(QWidget):
    """A short bar in the colour and thickness of what it explains."""

    def __init__(self, theme: Theme, role: str, thickness: int) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self._thickness = thickness
        self.setFixedSize(QSize(14, 12))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._role))
        top = (self.height() - self._thickness) / 2
        painter.drawRoundedRect(QRectF(0, top, self.width(), self._thickness), 2, 2)
