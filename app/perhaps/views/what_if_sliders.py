"""Samplers to try on the shown token: nothing is generated, the bars change at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from perhaps.inference.protocol import SamplingOptions
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.probability.what_if import Resampled

HUNDREDTHS = 100
MOST_KEPT = 64
"""Of top-k: as many as can ever be captured; the last stop of the slider is off."""


class WhatIfSliders(QWidget):
    """Folded away until they are wanted; `options` is None while they are."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whatIf")
        self._asked = SamplingOptions()
        self._tried: SamplingOptions | None = None
        self._toggle = push_button("whatIfToggle", role="link")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._on_toggled)
        self._reset = push_button("whatIfReset", self.tr("as it was"), role="link")
        self._reset.clicked.connect(self._on_reset)
        self._body = named(QWidget(), "whatIfBody")
        self._verdict = named(plain_label("", "small", wrap=True), "whatIfVerdict")
        self._arrange()
        self._on_toggled(False)

    @property
    def options(self) -> SamplingOptions | None:
        """What is tried."""
        return self._tried

    def show_asked(self, options: SamplingOptions) -> None:
        """Begin at the samplers of the answer that is shown."""
        if options != self._asked:
            self._asked = options
            if self._tried is not None:
                self._try(options)

    def show_verdict(self, resampled: Resampled) -> None:
        """Say how much is known."""
        if resampled.exact:
            self._verdict.setText(self.tr("Exact: what was captured settles everything."))
        else:
            self._verdict.setText(
                self.tr(
                    "A bound: it depends on tokens that were not captured. Solid is the least, "
                    "dotted the most."
                )
            )

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self._toggle)
        head.addStretch(1)
        head.addWidget(self._reset)
        column.addLayout(head)
        grid = QGridLayout(self._body)
        grid.setContentsMargins(4, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._sliders = (
            self._add(grid, "whatIfTemperature", self.tr("Temperature"), (0, 200), _hundredths),
            self._add(grid, "whatIfTopK", self.tr("Top-k"), (1, MOST_KEPT + 1), self._kept),
            self._add(grid, "whatIfTopP", self.tr("Top-p"), (1, 100), _hundredths),
            self._add(grid, "whatIfMinP", self.tr("Min-p"), (0, 100), _hundredths),
        )
        grid.addWidget(self._verdict, grid.rowCount(), 0, 1, 3)
        column.addWidget(self._body)

    def _add(
        self,
        grid: QGridLayout,
        name: str,
        title: str,
        limits: tuple[int, int],
        written: Callable[[int], str],
    ) -> QSlider:
        slider = named(QSlider(Qt.Orientation.Horizontal), name)
        slider.setRange(*limits)
        slider.setAccessibleName(title)
        value = plain_label("", "value")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance("0.000"))
        slider.valueChanged.connect(lambda place: value.setText(written(place)))
        slider.valueChanged.connect(self._on_moved)
        row = grid.rowCount()
        grid.addWidget(plain_label(title, "small"), row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(value, row, 2)
        value.setText(written(slider.value()))
        return slider

    def _kept(self, place: int) -> str:
        return self.tr("off") if place > MOST_KEPT else str(place)

    def _on_toggled(self, shown: bool) -> None:
        self._body.setVisible(shown)
        self._toggle.setText(
            self.tr("What if? Other samplers ▾") if shown else self.tr("What if? Other samplers ▸")
        )
        if shown:
            self._try(self._asked)
        else:
            self._tried = None
            self._reset.hide()
            self.changed.emit()

    def _on_reset(self) -> None:
        self._try(self._asked)

    def _try(self, options: SamplingOptions) -> None:
        places = (
            round(options.temperature * HUNDREDTHS),
            options.top_k if 0 < options.top_k <= MOST_KEPT else MOST_KEPT + 1,
            round(options.top_p * HUNDREDTHS),
            round(options.min_p * HUNDREDTHS),
        )
        for slider, place in zip(self._sliders, places, strict=True):
            with QSignalBlocker(self):
                slider.setValue(place)
        self._tried = options
        self._reset.hide()
        self.changed.emit()

    def _on_moved(self) -> None:
        temperature, top_k, top_p, min_p = (slider.value() for slider in self._sliders)
        self._tried = replace(
            self._asked,
            temperature=temperature / HUNDREDTHS,
            top_k=0 if top_k > MOST_KEPT else top_k,
            top_p=top_p / HUNDREDTHS,
            min_p=min_p / HUNDREDTHS,
        )
        self._reset.setVisible(self._tried != self._asked)
        self.changed.emit()


def _hundredths(place: int) -> str:
    return f"{place / HUNDREDTHS:.2f}"
