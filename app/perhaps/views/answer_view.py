"""One answer in the chat: progress, tokens, measures, failure, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from perhaps.state.answer import Answer
from perhaps.state.selection import Selection, TokenPlace
from perhaps.views import words
from perhaps.views.answer_body import AnswerBody
from perhaps.views.answer_line import AnswerLine
from perhaps.views.form_switch import FormSwitch
from perhaps.views.icons import IconButton
from perhaps.views.inquiry_buttons import InquiryButtons
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button
from perhaps.views.working_line import WorkingLine

if TYPE_CHECKING:
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme
    from perhaps.views.token_flow import TokenFlow


class AnswerView(QWidget):
    """What was written stays, however the answer ended."""

    again_requested = Signal()
    continue_requested = Signal(Answer)
    edit_requested = Signal()

    def __init__(
        self, answer: Answer, selection: Selection, theme: Theme, settings: Settings
    ) -> None:
        super().__init__()
        self.answer = answer
        self._selection = selection
        self._theme = theme
        self._last = True
        self.setObjectName("answer")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._working = WorkingLine(theme)
        self.body = AnswerBody(answer, selection, theme, settings)
        self._failure = self._make_failure()
        for widget in (self._working, self.body, self._failure):
            column.addWidget(widget)
        self._footer = self._make_footer()
        column.addLayout(self._footer)
        self._connect()
        self._refresh()
        answer.ensure_steps()

    @property
    def flow(self) -> TokenFlow:
        """Its tokens, also while they are hidden behind formatted text."""
        return self.body.flow

    def set_last(self, last: bool) -> None:
        """Offer another answer only where nothing was built on this one."""
        self._last = last
        self._refresh()

    def take_versions(self, switch: QWidget) -> None:
        """Show the switch between versions in the line of this one."""
        self._footer.insertWidget(1, switch, 0, Qt.AlignmentFlag.AlignTop)

    def copy(self) -> None:
        """Put the answer on the clipboard."""
        QGuiApplication.clipboard().setText(self.answer.text.strip())

    def _make_failure(self) -> QFrame:
        frame = named(QFrame(), "answerFailure")
        frame.setProperty("role", "failure")
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 8, 8)
        self._sentence = plain_label("", "sentence", wrap=True)
        self._sentence.setObjectName("answerFailureSentence")
        self._try_again = push_button("tryAgain", self.tr("Try again"))
        self._try_again.clicked.connect(self.again_requested)
        edit = push_button("editQuestion", self.tr("Edit"))
        edit.setToolTip(self.tr("Put the question back into the field"))
        edit.clicked.connect(self.edit_requested)
        row.addWidget(self._sentence, 1)
        row.addWidget(edit)
        row.addWidget(self._try_again)
        return frame

    def _make_footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(2)
        self.line = AnswerLine(self.answer)
        self._copy = IconButton("copyAnswer", "copy", self.tr("Copy the answer"), self._theme)
        self._continue = push_button("continueAnswer", self.tr("Continue"), role="link")
        self._continue.setToolTip(self.tr("Go on where this answer ended"))
        self._again = IconButton(
            "regenerate", "again", self.tr("Answer again (Ctrl+R)"), self._theme
        )
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.line, 1, top)
        row.addWidget(FormSwitch(self.body), 0, top)
        row.addWidget(InquiryButtons(self.answer, self._selection, self._theme), 0, top)
        row.addWidget(self._continue, 0, top)
        row.addWidget(self._copy, 0, top)
        row.addWidget(self._again, 0, top)
        return row

    def _connect(self) -> None:
        self._copy.clicked.connect(self.copy)
        self._again.clicked.connect(self.again_requested)
        self._continue.clicked.connect(lambda: self.continue_requested.emit(self.answer))
        self.line.token_requested.connect(self._on_token_requested)
        self.answer.progressed.connect(self._refresh)
        self.answer.advanced.connect(self._refresh)
        self.answer.finished.connect(self._refresh)

    def _refresh(self) -> None:
        written = bool(self.answer.steps)
        running = self.answer.running
        self._working.setVisible(running and not written)
        if running and not written:
            self._working.show_progress(self._progress_words(), self.answer.progress)
        self.body.setVisible(written)
        self._copy.setVisible(written and not running)
        self._continue.setVisible(written and self.answer.was_cut)
        self._again.setVisible(self._last and not running and not self.answer.failed)
        self._failure.setVisible(self.answer.failed)
        self._try_again.setVisible(self._last)
        if self.answer.finish is not None:
            self._sentence.setText(self.answer.finish.error)

    def _progress_words(self) -> str:
        if self.answer.stopping:
            return self.tr("Stopping…")
        return words.run_progress(self.answer.progress, self.answer.model)

    def _on_token_requested(self, index: int) -> None:
        self._selection.pin(TokenPlace(self.answer, index))
        self.body.shown.setFocus()
