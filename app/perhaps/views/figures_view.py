"""What the engine does just now, and what its caches spared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from perhaps.views import words
from perhaps.views.labels import plain_label
from perhaps.views.named import named
from perhaps.views.spark_line import SparkLine

if TYPE_CHECKING:
    from perhaps.inference.protocol import Statistics
    from perhaps.state.engine_figures import EngineFigures
    from perhaps.views.theme import Theme


class FiguresView(QWidget):
    """Courses while the engine works, sums since the model was loaded."""

    def __init__(self, figures: EngineFigures, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("engineFigures")
        self._figures = figures
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 14, 0, 0)
        column.setSpacing(2)
        column.addWidget(plain_label(self.tr("The engine at work"), "heading"))
        self._speed = SparkLine("speedLine", self.tr("Tokens per second"), theme)
        self._batch = SparkLine("batchLine", self.tr("Time for a batch"), theme)
        self._fill = SparkLine("fillLine", self.tr("Tokens in a batch"), theme)
        self._answers = SparkLine("answersLine", self.tr("Answers at once"), theme)
        self._waiting = SparkLine("waitingLine", self.tr("Waiting"), theme)
        self._held = SparkLine("heldLine", self.tr("Tokens held"), theme)
        for line in (
            *(self._speed, self._batch, self._fill),
            *(self._answers, self._waiting, self._held),
        ):
            column.addWidget(line)
        self._sums = self._add_label(column, "cacheSums")
        self._problem = self._add_label(column, "diskProblem")
        figures.changed.connect(self._refresh)
        self._refresh()

    def _add_label(self, column: QVBoxLayout, name: str) -> QLabel:
        label = named(plain_label("", "small", wrap=True), name)
        column.addSpacing(6)
        column.addWidget(label)
        return label

    def _refresh(self) -> None:
        latest = self._figures.latest
        self.setVisible(latest is not None)
        if latest is None:
            return
        series = self._figures.series
        for line, values, form in (
            (self._speed, series.tokens_per_second, "{:.0f}".format),
            (self._batch, series.batch_ms, words.milliseconds),
            (self._fill, series.batch_tokens, "{:.1f}".format),
            (self._answers, series.answers, "{:.0f}".format),
            (self._waiting, series.waiting, "{:.0f}".format),
            (self._held, series.held_tokens, lambda value: words.grouped(round(value))),
        ):
            line.show_values(values, form(values[-1]) if values else "–")
        self._sums.setText("\n".join(self._spared(latest)))
        self._problem.setText(latest.disk_problem)
        self._problem.setVisible(bool(latest.disk_problem))

    def _spared(self, latest: Statistics) -> list[str]:
        found = latest.cached_tokens / latest.prompt_tokens if latest.prompt_tokens else 0.0
        return [
            self.tr("{share} of all prompt tokens were found in the cache").format(
                share=words.percent(found, 0)
            ),
            self.tr("Pictures: {encoded} encoded, {known} known, {disk} of them from disk").format(
                encoded=words.grouped(latest.pictures_encoded),
                known=words.grouped(latest.pictures_known),
                disk=words.grouped(latest.pictures_on_disk),
            ),
            self.tr(
                "In memory: {pictures} of encoded pictures, {prefixes} of earlier chats"
            ).format(
                pictures=words.file_size(latest.embedding_bytes),
                prefixes=words.file_size(latest.parked_bytes),
            ),
        ]
