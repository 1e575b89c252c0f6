"""Where the time of an answer went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from perhaps.views import words
from perhaps.views.figures_view import FiguresView
from perhaps.views.labels import plain_label
from perhaps.views.named import named

if TYPE_CHECKING:
    from perhaps.inference.protocol import RunFinished
    from perhaps.state.answer import Answer
    from perhaps.state.engine_figures import EngineFigures
    from perhaps.views.theme import Theme

ROW = 34


class TimingPanel(QWidget):
    """Stages as bars on one scale, then tokens, speed and seed."""

    def __init__(self, figures: EngineFigures, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timingPanel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._empty = plain_label(
            self.tr("When an answer is complete, this shows how long each stage took."),
            "muted",
            wrap=True,
        )
        self._bars = StageBars(theme)
        self._figures = named(QWidget(self), "usageFigures")
        self._grid = QGridLayout(self._figures)
        self._grid.setContentsMargins(0, 8, 0, 0)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        for widget in (self._empty, self._bars, self._figures, FiguresView(figures, theme)):
            column.addWidget(widget)
        column.addStretch(1)
        self.show_answer(None)

    def show_answer(self, answer: Answer | None) -> None:
        """Show the figures of an answer, if it is complete."""
        finish = answer.finish if answer is not None else None
        self._empty.setVisible(finish is None)
        self._bars.setVisible(finish is not None)
        self._figures.setVisible(finish is not None)
        if answer is not None and finish is not None:
            self._bars.show_stages(self._stages(finish))
            self._show_figures(self._usage(answer, finish))

    def _stages(self, finish: RunFinished) -> list[tuple[str, float]]:
        timings = finish.timings
        stages = [
            (self.tr("Decode the picture file"), timings.image_decode),
            (self.tr("Encode the picture"), timings.image_encode),
            (self.tr("Read the picture"), timings.image_prefill),
            (self.tr("Read the text"), timings.text_prefill),
            (self.tr("Write the answer"), timings.generate),
        ]
        return [(name, value) for name, value in stages if value > 0]

    def _usage(self, answer: Answer, finish: RunFinished) -> list[tuple[str, str]]:
        usage, timings = finish.usage, finish.timings
        speed = answer.tokens_per_second
        figures = [
            (self.tr("First token after"), words.milliseconds(timings.first_token)),
            (self.tr("Tokens per second"), f"{speed:.1f}" if speed else ""),
            (self.tr("Prompt tokens"), words.grouped(usage.prompt_tokens)),
            (self.tr("of them for pictures"), words.grouped(usage.image_tokens)),
            (self.tr("of them found in the cache"), words.grouped(usage.cached_tokens)),
            (self.tr("Generated tokens"), words.grouped(usage.generated_tokens)),
            (self.tr("Seed"), str(finish.seed)),
            (self.tr("Model loaded in"), words.milliseconds(answer.model.load_ms)),
        ]
        return [(name, value) for name, value in figures if value]

    def _show_figures(self, figures: list[tuple[str, str]]) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for row, (name, value) in enumerate(figures):
            figure = plain_label(value)
            figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(plain_label(name, "muted"), row, 0)
            self._grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)


class StageBars(QWidget):
    """Milliseconds of each stage, drawn to scale."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stages: list[tuple[str, float]] = []
        self.setObjectName("stageBars")
        self.setAccessibleName(self.tr("Time of each stage"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def stages(self) -> tuple[tuple[str, float], ...]:
        """Names and milliseconds, from the top."""
        return tuple(self._stages)

    def show_stages(self, stages: list[tuple[str, float]]) -> None:
        """Show other stages."""
        self._stages = stages
        self.setFixedHeight(self.sizeHint().height())
        spoken = [f"{name} {words.milliseconds(value)}" for name, value in stages]
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for all rows."""
        return QSize(300, ROW * len(self._stages))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the name and the figure above the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(0.93))
        longest = max((value for _, value in self._stages), default=1.0)
        for index, (name, value) in enumerate(self._stages):
            line = QRectF(0, index * ROW, self.width(), ROW - 14)
            painter.setPen(self._theme.colour("ink"))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, name)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, words.milliseconds(value))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("line"))
            track = QRectF(0, line.bottom() + 1, self.width(), 5)
            painter.drawRoundedRect(track, 2.5, 2.5)
            painter.setBrush(self._theme.colour("accent"))
            track.setWidth(max(3.0, track.width() * value / longest))
            painter.drawRoundedRect(track, 2.5, 2.5)
