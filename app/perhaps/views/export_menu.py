"""The menu that writes the shown answer to a file, and opens such a file again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSaveFile, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from perhaps.errors import TraceError
from perhaps.probability.export.chart import ChartColours, chart_svg
from perhaps.probability.export.record import write_json
from perhaps.probability.export.report import write_html
from perhaps.probability.export.table import write_csv
from perhaps.state.answer_file import record_of
from perhaps.views.picture_files import encoded_picture, rendered_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.probability.export.record import AnswerRecord
    from perhaps.state.answer import Answer
    from perhaps.state.session import Session
    from perhaps.state.turn import Turn
    from perhaps.views.theme import Theme

STEM_LENGTH = 40


class ExportMenu(QMenu):
    """Files of the answer that the selection is in."""

    said = Signal(str)
    """One sentence for the person."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportMenu")
        self.setTitle(self.tr("Export"))
        self._session = session
        self._theme = theme
        self._add("exportHtml", self.tr("Report (HTML)…"), ".html", self._report)
        self._add("exportJson", self.tr("All figures (JSON)…"), ".json", self._json)
        self._add("exportCsv", self.tr("Table (CSV)…"), ".csv", self._table)
        self.addSeparator()
        self._add("exportPng", self.tr("Chart (PNG)…"), ".png", self._chart_png)
        self._add("exportSvg", self.tr("Chart (SVG)…"), ".svg", self._chart_svg)
        self.addSeparator()
        self._open = self.addAction(self.tr("Open an exported answer…"))
        self._open.setObjectName("importAnswer")
        self._open.triggered.connect(self._choose_and_open)
        self.aboutToShow.connect(self.refresh)

    def refresh(self) -> None:
        """Offer files only of an answer that has ended."""
        ready = self._shown() is not None
        for action in self.actions():
            if action is not self._open:
                action.setEnabled(ready)

    def write(self, path: str, make: Callable[[Turn, Answer], bytes]) -> None:
        """Write the shown answer to a file, whole or not at all."""
        shown = self._shown()
        if shown is None:
            return
        file = QSaveFile(path)
        data = make(*shown)
        opened = file.open(QSaveFile.OpenModeFlag.WriteOnly)
        if not (opened and file.write(QByteArray(data)) == len(data) and file.commit()):
            sentence = self.tr("“{name}” could not be written ({why}): choose another place.")
            self.said.emit(sentence.format(name=Path(path).name, why=file.errorString()))

    def open(self, path: str) -> None:
        """Show an exported answer as a chat of its own, or say why not."""
        try:
            sentence = self._session.open_exported(path)
        except TraceError as error:
            sentence = str(error)
        if sentence:
            self.said.emit(sentence)

    def _add(
        self, name: str, title: str, suffix: str, make: Callable[[Turn, Answer], bytes]
    ) -> None:
        action = self.addAction(title)
        action.setObjectName(name)
        action.triggered.connect(lambda _on=False: self._choose_and_write(suffix, make))

    def _choose_and_write(self, suffix: str, make: Callable[[Turn, Answer], bytes]) -> None:
        shown = self._shown()
        if shown is None:
            return
        start = _stem(shown[0].question.text) + suffix
        wanted = self.tr("Files (*{suffix})").format(suffix=suffix)
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), start, wanted)
        if path:
            self.write(path if Path(path).suffix else path + suffix, make)

    def _choose_and_open(self) -> None:
        title, wanted = self.tr("Open an exported answer"), self.tr("Exported answers (*.json)")
        path, _ = QFileDialog.getOpenFileName(self, title, "", wanted)
        if path:
            self.open(path)

    def _shown(self) -> tuple[Turn, Answer] | None:
        place = self._session.selection.current
        if place is None or place.answer.running:
            return None
        for turn in self._session.conversation.all_turns():
            if place.answer in turn.answers:
                return turn, place.answer
        return None

    def _record(self, turn: Turn, answer: Answer) -> AnswerRecord:
        assert answer.finish is not None
        pictures = [
            (each.name, each.picture.image) for each in turn.question.pictures if each.picture
        ]
        return record_of(
            turn.question.text, pictures, answer.request, answer.model, answer.trace, answer.finish
        )

    def _json(self, turn: Turn, answer: Answer) -> bytes:
        return write_json(self._record(turn, answer))

    def _table(self, turn: Turn, answer: Answer) -> bytes:
        return write_csv(self._record(turn, answer))

    def _report(self, turn: Turn, answer: Answer) -> bytes:
        pictures = [each.picture.image for each in turn.question.pictures if each.picture]
        return write_html(self._record(turn, answer), [encoded_picture(each) for each in pictures])

    def _chart_svg(self, _turn: Turn, answer: Answer) -> bytes:
        return self._drawing(answer).encode()

    def _chart_png(self, _turn: Turn, answer: Answer) -> bytes:
        return rendered_svg(self._drawing(answer))

    def _drawing(self, answer: Answer) -> str:
        roles = ("surface", "muted", "line", "accent", "entropy")
        return chart_svg(
            answer.trace, ChartColours(*(self._theme.colour(role).name() for role in roles))
        )


def _stem(question: str) -> str:
    """Make a file name of a question: letters, digits and single hyphens."""
    words = "".join(c if c.isalnum() else " " for c in question.lower()).split()
    return "-".join(words)[:STEM_LENGTH].strip("-") or "answer"
