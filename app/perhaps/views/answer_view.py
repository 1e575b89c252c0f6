"""One answer in the chat: progress, words, measures, failure, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from perhaps.state.answer import Answer
from perhaps.state.selection import Selection, TokenPlace
from perhaps.views import words
from perhaps.views.answer_body import AnswerBody
from perhaps.views.answer_failure import AnswerFailure
from perhaps.views.answer_line import AnswerLine
from perhaps.views.answer_tools import AnswerTools
from perhaps.views.form_switch import FormSwitch
from perhaps.views.named import push_button
from perhaps.views.working_line import WorkingLine

if TYPE_CHECKING:
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme
    from perhaps.views.token_flow import TokenFlow

TOOLS = QSize(196, 30)
"""Room that the tools have also while they are unseen, so that they move nothing."""
TOP = Qt.AlignmentFlag.AlignTop


class AnswerView(QWidget):
    """What was written stays, however the answer ended. Its parts are made once they are needed."""

    again_requested = Signal()
    continue_requested = Signal(Answer)
    edit_requested = Signal()
    quote_requested = Signal(str)
    removal_requested = Signal()

    def __init__(
        self, answer: Answer, selection: Selection, theme: Theme, settings: Settings
    ) -> None:
        super().__init__()
        self.answer = answer
        self._selection = selection
        self._theme = theme
        self._last = False
        self._hovered = False
        self._tools: AnswerTools | None = None
        self._working: WorkingLine | None = None
        self._complete = False
        self.setObjectName("answer")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.body = AnswerBody(answer, selection, theme, settings)
        self._column.addWidget(self.body)
        self._footer = self._make_footer()
        self._column.addLayout(self._footer)
        self._connect()
        self._refresh()
        answer.ensure_steps()

    @property
    def flow(self) -> TokenFlow:
        """Its tokens, also while they are hidden behind formatted text."""
        return self.body.flow

    def set_last(self, last: bool) -> None:
        """Keep the tools of the last answer in sight."""
        self._last = last
        self._refresh_tools()

    def take_versions(self, switch: QWidget) -> None:
        """Show the switch between versions in the line of this one."""
        self._footer.insertWidget(1, switch, 0, TOP)

    def copy(self) -> None:
        """Put the answer on the clipboard."""
        QGuiApplication.clipboard().setText(self.answer.text.strip())

    def quote(self) -> None:
        """Put what is marked, or all of the answer, into the question."""
        self.quote_requested.emit(self.body.shown.marked_text() or self.answer.text.strip())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer what can be done."""
        super().enterEvent(event)
        self._hovered = True
        self._refresh_tools()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the offer back, unless this is the last answer."""
        super().leaveEvent(event)
        self._hovered = False
        self._refresh_tools()

    def _make_footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(2)
        self.line = AnswerLine(self.answer, self)
        row.addWidget(self.line, 1, TOP)
        place = QWidget()
        place.setFixedSize(TOOLS)
        self._tools_place = QHBoxLayout(place)
        self._tools_place.setContentsMargins(0, 0, 0, 0)
        self._tools_place.addStretch(1)
        row.addWidget(place, 0, TOP)
        return row

    def _connect(self) -> None:
        self.line.token_requested.connect(self._on_token_requested)
        self.body.form_changed.connect(self._offer_forms)
        self._offer_forms()
        for changed in (self.answer.progressed, self.answer.advanced, self.answer.finished):
            changed.connect(self._refresh)

    def _refresh(self) -> None:
        running = self.answer.running
        written = bool(self.answer.steps) or (not running and bool(self.answer.text))
        self.body.setVisible(written)
        self._refresh_working(waits=running and not written)
        if not running and not self._complete:
            self._complete = True
            self._add_ending(written=written)
        self._refresh_tools()

    def _refresh_working(self, *, waits: bool) -> None:
        if waits and self._working is None:
            self._working = WorkingLine(self._theme)
            self._column.insertWidget(0, self._working)
        if self._working is not None:
            self._working.setVisible(waits)
            if waits:
                self._working.show_progress(self._progress_words(), self.answer.progress)

    def _add_ending(self, *, written: bool) -> None:
        """Add what only some answers end with."""
        if self.answer.failed and self.answer.finish is not None:
            failure = AnswerFailure(self.answer.finish.error)
            failure.again_requested.connect(self.again_requested)
            failure.edit_requested.connect(self.edit_requested)
            self._column.insertWidget(self._column.count() - 1, failure)
        if written and self.answer.was_cut:
            go_on = push_button("continueAnswer", self.tr("Continue"), role="link")
            go_on.setToolTip(self.tr("Go on where this answer ended"))
            go_on.clicked.connect(lambda: self.continue_requested.emit(self.answer))
            self._footer.insertWidget(self._footer.count() - 1, go_on, 0, TOP)

    def _offer_forms(self) -> None:
        if self.body.can_format:
            self.body.form_changed.disconnect(self._offer_forms)
            self._footer.insertWidget(self._footer.count() - 1, FormSwitch(self.body), 0, TOP)

    def _refresh_tools(self) -> None:
        wanted = not self.answer.running and (self._last or self._hovered)
        if wanted and self._tools is None:
            self._tools = AnswerTools(self.answer, self._selection, self._theme)
            self._tools.copy_requested.connect(self.copy)
            self._tools.quote_requested.connect(self.quote)
            self._tools.removal_requested.connect(self.removal_requested)
            self._tools.again_requested.connect(self.again_requested)
            self._tools_place.addWidget(self._tools)
        if self._tools is not None:
            self._tools.refresh(written=bool(self.answer.text), failed=self.answer.failed)
            self._tools.setVisible(wanted)

    def _progress_words(self) -> str:
        if self.answer.stopping:
            return self.tr("Stopping…")
        return words.run_progress(self.answer.progress, self.answer.model)

    def _on_token_requested(self, index: int) -> None:
        self._selection.pin(TokenPlace(self.answer, index))
        self.body.shown.setFocus()
