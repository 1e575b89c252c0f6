"""Log-probability and entropy along an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from perhaps.state.selection import Selection, TokenPlace
from perhaps.views.chart_curves import highest, lowest, whole_nats
from perhaps.views.chart_names import ChartNames
from perhaps.views.chart_plot import ChartPlot
from perhaps.views.throttle import Throttle

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.views.theme import Theme

REFRESH_MS = 80
"""Between two drawings while tokens come."""
STROKE = 1.6


class ProbabilityChart(QWidget):
    """Both curves in nats on one scale: one hangs from the top, one stands on the ground."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilityChart")
        self.setAccessibleName(self.tr("Log-probability and entropy along the answer"))
        self._selection = selection
        self._theme = theme
        self._answer: Answer | None = None
        self._drawn: tuple[Answer | None, int] = (None, 0)
        self._scale = 1
        self.plot = ChartPlot()
        self._names = ChartNames(theme)
        self._make_items()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.plot)
        column.addWidget(self._names)
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.elapsed.connect(self._draw)
        self._connect()
        self._colour()

    def show_answer(self, answer: Answer) -> None:
        """Show the curves of an answer, and mark the chosen token."""
        if answer is not self._answer:
            self._answer = answer
            self.plot.show_all(len(answer.trace))
            self._draw()
        elif len(answer.trace) != self._drawn[1]:
            # The mark moves with the curves: each would be painted for itself otherwise.
            self._throttle.request()
        else:
            self._mark()

    def _make_items(self) -> None:
        self._logprobs = self.plot.add(pg.PlotCurveItem(connect="finite", antialias=True))
        self._entropies = self.plot.add(pg.PlotCurveItem(connect="finite", antialias=True))
        self._grid = [self.plot.add(pg.InfiniteLine(angle=0)) for _ in range(3)]
        self._line = self.plot.add(pg.InfiniteLine(angle=90))
        self._dot = self.plot.add(pg.ScatterPlotItem(size=8))
        for line in self._grid:
            line.setZValue(-1)

    def _connect(self) -> None:
        self.plot.pointed.connect(self._on_pointed)
        self.plot.left.connect(lambda: self._selection.hover(None))
        self.plot.pressed.connect(self._on_pressed)
        self.plot.walked.connect(self._selection.step)
        self.plot.range_changed.connect(self._draw)
        self._theme.changed.connect(self._colour)

    def _colour(self) -> None:
        colour = self._theme.colour
        self.plot.setBackground(colour("surface"))
        # Strokes that differ without colour, too.
        self._logprobs.setPen(pg.mkPen(colour("accent"), width=STROKE))
        dashed = pg.mkPen(colour("entropy"), width=STROKE, style=Qt.PenStyle.DashLine)
        self._entropies.setPen(dashed)
        for line in self._grid:
            line.setPen(pg.mkPen(colour("line")))
        self._line.setPen(pg.mkPen(colour("accent"), style=Qt.PenStyle.DotLine))
        self._dot.setBrush(colour("accent"))
        self._dot.setPen(pg.mkPen(colour("surface")))

    def _draw(self) -> None:
        if self._answer is None:
            return
        trace = self._answer.trace
        grown = len(trace) != self._drawn[1] or self._answer is not self._drawn[0]
        self._drawn = (self._answer, len(trace))
        if grown:
            self._scale = whole_nats(trace.logprobs, trace.entropies)
            self.plot.follow(len(trace), self._scale)
            self._names.show_scale(self._scale)
            for share, line in enumerate(self._grid):
                line.setValue(self._scale * share / 2)
        first, stop = self.plot.shown(len(trace))
        places, depths = lowest(trace.logprobs, first, stop)
        self._logprobs.setData(places, self._scale + depths)
        self._entropies.setData(*highest(trace.entropies, first, stop))
        self._mark()

    def _mark(self) -> None:
        place = self._selection.current
        shown = place is not None and place.answer is self._answer and bool(len(self._answer.trace))
        self._line.setVisible(shown)
        self._dot.setVisible(shown)
        if place is not None and shown:
            self._line.setValue(place.index)
            depth = float(np.nan_to_num(place.answer.trace.logprobs[place.index]))
            self._dot.setData([place.index], [self._scale + depth])

    def _on_pointed(self, x: float) -> None:
        self._selection.hover(self._place_at(x))

    def _on_pressed(self, x: float) -> None:
        place = self._place_at(x)
        self._selection.pin(None if place == self._selection.pinned else place)

    def _place_at(self, x: float) -> TokenPlace | None:
        if self._answer is None or not len(self._answer.trace):
            return None
        return TokenPlace(self._answer, min(len(self._answer.trace) - 1, max(0, round(x))))
