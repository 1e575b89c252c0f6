"""“How sure is it?”: given answers to a question, each with its share of the model's belief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from perhaps.inference.protocol import TextPart
from perhaps.probability.choices import FAR_FETCHED, in_all
from perhaps.state.choice_rating import ChoiceRating
from perhaps.views import words
from perhaps.views.choice_tree import ChoiceTree
from perhaps.views.labels import ElidedLabel, one_line, plain_label
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from perhaps.inference.protocol import Request
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

LIST_ROWS = 4.6
WIDTH = 44
"""In sizes of the text."""


class ChoicesDialog(QDialog):
    """Rates the list that was used last as soon as it opens."""

    def __init__(
        self, request: Request, session: Session, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("choicesDialog")
        self.setWindowTitle(self.tr("How sure is it?"))
        self.setMinimumWidth(round(WIDTH * theme.text_size))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = session.settings
        self._theme = theme
        self.rating = ChoiceRating(session.link, request, self)
        self._fill(_question_of(request))
        self.rating.changed.connect(self._refresh)
        self.finished.connect(self.rating.stop)
        self._list.setPlainText("\n".join(self._settings.choices or self._usual_choices()))
        self._rate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter in the list rates it."""
        if watched is self._list and isinstance(event, QKeyEvent):
            pressed = event.type() is QEvent.Type.KeyPress
            enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if pressed and enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._rate()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, question: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        asked = named(ElidedLabel(question, "title"), "choicesQuestion")
        column.addWidget(asked)
        column.addWidget(plain_label(self._explanation(), "small", wrap=True))
        column.addWidget(self._make_list())
        column.addLayout(self._make_buttons())
        self._failure = named(plain_label("", "sentence", wrap=True), "choicesFailure")
        column.addWidget(self._failure)
        self._tree = ChoiceTree(self._theme)
        self._tree.setMinimumHeight(round(13 * self._theme.text_size))
        column.addWidget(self._tree, 1)
        self._remark = named(plain_label("", "small", wrap=True), "choicesRemark")
        column.addWidget(self._remark)

    def _explanation(self) -> str:
        return self.tr(
            "Each answer below is put after this very question, pictures and all. Its share is the "
            "probability that the model begins with it, among those of the list. Open a row for "
            "its tokens."
        )

    def _make_list(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "well")
        row = QHBoxLayout(frame)
        row.setContentsMargins(6, 2, 6, 2)
        self._list = named(QPlainTextEdit(), "choicesList")
        self._list.setAccessibleName(self.tr("Answers to compare, one a line"))
        self._list.setPlaceholderText(self.tr("Answers to compare, one a line"))
        self._list.setTabChangesFocus(True)
        self._list.setFixedHeight(round(LIST_ROWS * 1.4 * self._theme.text_size))
        self._list.installEventFilter(self)
        row.addWidget(self._list)
        return frame

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._by_length = named(QCheckBox(self.tr("Compare per token")), "choicesByLength")
        tip = self.tr("So that a long answer is not unlikely for its length alone")
        self._by_length.setToolTip(tip)
        self._by_length.toggled.connect(self.rating.compare_by_length)
        self._working = named(plain_label(self.tr("Scoring…"), "small"), "choicesWorking")
        self._rate_button = push_button("rateChoices", self.tr("Compare"), role="primary")
        self._rate_button.setToolTip(self.tr("Compare these answers (Ctrl+Enter)"))
        self._rate_button.setDefault(True)
        self._rate_button.clicked.connect(self._rate)
        row.addWidget(self._by_length)
        row.addStretch(1)
        row.addWidget(self._working)
        row.addWidget(self._rate_button)
        return row

    def _usual_choices(self) -> tuple[str, ...]:
        return self.tr("Yes"), self.tr("No")

    def _rate(self) -> None:
        lines = tuple(self._list.toPlainText().rstrip().splitlines())
        if self.rating.rate(lines):
            self._settings.choices = lines
        self._refresh()

    def _refresh(self) -> None:
        self._working.setVisible(self.rating.running)
        self._failure.setVisible(bool(self.rating.failure))
        self._failure.setText(self.rating.failure)
        rated = self.rating.rated
        self._tree.show_choices(rated)
        together = in_all(rated)
        self._remark.setVisible(bool(rated) and together < FAR_FETCHED)
        remark = self.tr("The model would hardly begin with any of these ({share} in all).")
        self._remark.setText(remark.format(share=words.percent(together)))


def _question_of(request: Request) -> str:
    parts = request.messages[-1].parts
    return one_line(" ".join(part.text for part in parts if isinstance(part, TextPart)))
