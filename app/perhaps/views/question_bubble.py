"""A question as it was asked: its pictures and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from perhaps.views.labels import one_line, plain_label, set_plain_tooltip
from perhaps.views.named import named
from perhaps.views.pixel_image import thumbnail, to_image
from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from perhaps.state.conversation import NamedPicture, Question

WIDEST = 480
LARGE_PICTURE = QSize(240, 240)
SMALL_PICTURE = QSize(148, 148)


class QuestionBubble(QFrame):
    """As narrow as its content, at most `WIDEST` pixels."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setProperty("role", "bubble")
        self.setAccessibleName(self.tr("Question"))
        self.setAccessibleDescription(question.text)
        self._question = question
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        if question.pictures:
            column.addWidget(self._pictures())
        self._words = plain_label(question.text, wrap=True)
        self._words.setObjectName("questionText")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setContentsMargins(4, 0, 4, 0)
        column.addWidget(self._words)

    def fit(self, room: int) -> None:
        """Take a share of the room, and no more than the words need."""
        inner = min(WIDEST, room) - 20
        self._words.ensurePolished()
        metrics = QFontMetrics(self._words.font())
        needed = max(
            (metrics.horizontalAdvance(line) for line in self._question.text.splitlines()),
            default=0,
        )
        self._words.setFixedWidth(min(inner, needed + 12))
        self.setMaximumWidth(min(WIDEST, room))

    def _pictures(self) -> QWidget:
        group = QWidget(self)
        single = len(self._question.pictures) == 1
        row = WrappingLayout(group, gap=8, row_gap=8)
        for shown in self._question.pictures:
            row.addWidget(self._picture(shown, LARGE_PICTURE if single else SMALL_PICTURE))
        return group

    def _picture(self, shown: NamedPicture, bounds: QSize) -> QLabel:
        label = named(QLabel(), "questionPicture")
        image = to_image(shown.picture.image)
        label.setPixmap(thumbnail(image, bounds, self.devicePixelRatioF(), radius=8))
        label.setAccessibleName(one_line(shown.name))
        set_plain_tooltip(label, one_line(shown.name))
        return label
