"""A question as it was asked: its pictures and its words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from perhaps.views import words
from perhaps.views.asked_picture import AskedPictureLabel
from perhaps.views.labels import plain_label
from perhaps.views.named import named
from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from perhaps.state.conversation import Question

WIDEST = 480
EDGE = 10
SLACK = 6
"""Pixels; words that fill their line to the last one would wrap."""
MOST_SHOWN = 4000
MOST_LINES = 60
"""Of a question; laying out a pasted book takes seconds."""
LARGE_PICTURE = QSize(240, 240)
SMALL_PICTURE = QSize(148, 148)


class QuestionBubble(QFrame):
    """As narrow as its content, at most `WIDEST` pixels."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setProperty("role", "bubble")
        self.setAccessibleName(self.tr("Question"))
        self._shown = _beginning(question.text)
        self.setAccessibleDescription(self._shown)
        self._question = question
        self._room = WIDEST
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.setSpacing(8)
        self._pictures = WrappingLayout(gap=8, row_gap=8)
        self._frame = QWidget()
        self._frame.setLayout(self._pictures)
        if question.pictures:
            self._add_pictures()
            column.addWidget(self._frame)
        self._words = plain_label(self._shown, wrap=True)
        self._words.setObjectName("questionText")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setContentsMargins(4, 0, 4, 0)
        self._words.installEventFilter(self)
        column.addWidget(self._words)
        if left := len(question.text) - len(self._shown):
            more = self.tr("and {count} more characters, which the model reads as well")
            rest = plain_label(more.format(count=words.grouped(left)), "small", wrap=True)
            column.addWidget(named(rest, "questionRest"))

    def fit(self, room: int) -> None:
        """Take a share of the room, and no more than the words need."""
        self._room = min(WIDEST, room)
        self.setMaximumWidth(self._room)
        self._fit_words()
        self._fit_pictures()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the words again in the font that they get once they are on the screen."""
        if watched is self._words and event.type() in (QEvent.Type.FontChange, QEvent.Type.Show):
            self._fit_words()
        return super().eventFilter(watched, event)

    def _fit_words(self) -> None:
        self._words.ensurePolished()
        metrics = QFontMetricsF(self._words.font())
        lines = self._shown.splitlines()
        needed = max((metrics.horizontalAdvance(line) for line in lines), default=0.0)
        margins = self._words.contentsMargins()
        width = math.ceil(needed) + margins.left() + margins.right() + SLACK
        width = min(self._room - 2 * EDGE, width)
        # An aligned widget gets the height of the whole width from its layout, so it is set here.
        self._words.setFixedSize(width, self._words.heightForWidth(width))

    def _fit_pictures(self) -> None:
        width = min(self._room - 2 * EDGE, self._pictures.sizeHint().width())
        self._frame.setFixedSize(width, self._pictures.heightForWidth(width))

    def _add_pictures(self) -> None:
        single = len(self._question.pictures) == 1
        for shown in self._question.pictures:
            bounds = LARGE_PICTURE if single else SMALL_PICTURE
            self._pictures.addWidget(AskedPictureLabel(shown, bounds))


def _beginning(text: str) -> str:
    lines = text[:MOST_SHOWN].splitlines(keepends=True)
    return "".join(lines[:MOST_LINES])
