"""What the pair doctor found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from perhaps.views import words
from perhaps.views.labels import one_line, plain_label

if TYPE_CHECKING:
    from perhaps.inference.protocol import PairReport

MOST_LINES = 8


class PairReportView(QFrame):
    """Summary, problems, notes, and what is in the files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pairReport")
        self.setProperty("role", "well")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(6)
        self._column.addStretch(1)
        self._labels: list[QLabel] = []
        self.say(self.tr("Choose a model file to begin."))

    @property
    def lines(self) -> list[str]:
        """What it says, line by line."""
        return [label.text() for label in self._labels]

    def say(self, sentence: str) -> None:
        """Show one plain sentence."""
        self._replace([("muted", sentence)])

    def show_report(self, report: PairReport) -> None:
        """Show a report."""
        mark, role = ("✓ ", "good") if report.ok else ("✕ ", "bad")
        lines = [(role, mark + report.summary)]
        lines += [("bad", problem) for problem in report.problems if problem != report.summary]
        lines += [("small", note) for note in report.notes]
        lines += [("small", fact) for fact in self._facts(report)]
        self._replace(lines[:MOST_LINES])

    def _facts(self, report: PairReport) -> list[str]:
        facts = []
        for file in (report.model, report.projector):
            if file is not None:
                size = words.file_size(file.size_bytes)
                facts.append(
                    " · ".join(filter(None, [one_line(file.name), file.architecture, size]))
                )
        if report.memory_needed:
            text = self.tr("needs about {needed} of {free} free on {device}")
            needed, free = map(words.file_size, (report.memory_needed, report.memory_free))
            facts.append(text.format(needed=needed, free=free, device=report.device))
        return facts

    def _replace(self, lines: list[tuple[str, str]]) -> None:
        for label in self._labels:
            label.hide()
            label.deleteLater()
        self._labels = [plain_label(text, role, wrap=True) for role, text in lines]
        for index, label in enumerate(self._labels):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._column.insertWidget(index, label)
        self.setAccessibleName(lines[0][1])
