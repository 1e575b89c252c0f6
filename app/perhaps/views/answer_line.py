"""The line under an answer: how long, how sure, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.probability.least_sure import least_sure_words
from perhaps.probability.measures import mean_logprob, perplexity
from perhaps.probability.trace import Origin
from perhaps.views import words
from perhaps.views.labels import plain_label
from perhaps.views.throttle import Throttle
from perhaps.views.wrapping_layout import WrappingLayout

if TYPE_CHECKING:
    from perhaps.state.answer import Answer

WORD_LENGTH = 24
REFRESH_MS = 120
"""Figures that change faster cannot be read, and each change lays the chat out anew."""


class AnswerLine(QWidget):
    """Measures of the whole answer, and links to its least sure words."""

    token_requested = Signal(int)
    """The index of a token to look at."""

    def __init__(self, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self.setObjectName("answerLine")
        self._row = WrappingLayout(self, gap=14, row_gap=2)
        self._row.setContentsMargins(0, 6, 0, 0)
        self._tokens = self._add("answerTokenCount")
        self._kept = self._add("answerKept")
        self._kept.setToolTip(
            self.tr("Tokens at the beginning that were taken over from another version")
        )
        self._mean = self._add("answerMean")
        self._perplexity = self._add("answerPerplexity")
        self._mean.setToolTip(self.tr("Mean log-probability of the tokens, in nats: 0 is certain"))
        self._perplexity.setToolTip(
            self.tr("As if each token were chosen among so many equally likely ones: 1 is certain")
        )
        throttle = Throttle(REFRESH_MS, self)
        throttle.elapsed.connect(self._refresh)
        answer.advanced.connect(throttle.request)
        answer.finished.connect(self._on_finished)
        self._refresh()
        if not answer.running:
            self._on_finished()

    def _add(self, name: str, text: str = "") -> QLabel:
        label = plain_label(text, "small")
        label.setObjectName(name)
        self._row.addWidget(label)
        return label

    def _refresh(self) -> None:
        count = len(self._answer.steps)
        logprobs = self._answer.trace.logprobs
        mean, perplexed = mean_logprob(logprobs), perplexity(logprobs)
        self.setVisible(count > 0)
        unit = self.tr("{count} token") if count == 1 else self.tr("{count} tokens")
        self._tokens.setVisible(count > 0)
        self._tokens.setText(unit.format(count=words.grouped(count)))
        kept = int((self._answer.trace.origins == Origin.kept).sum())
        self._kept.setVisible(kept > 0)
        self._kept.setText(self.tr("{count} of them kept").format(count=words.grouped(kept)))
        self._mean.setVisible(mean is not None)
        self._perplexity.setVisible(perplexed is not None)
        if mean is not None and perplexed is not None:
            self._mean.setText(self.tr("mean {value}").format(value=words.signed(mean)))
            text = self.tr("perplexity {value}").format(value=f"{perplexed:.2f}")
            self._perplexity.setText(text)

    def _on_finished(self) -> None:
        self._refresh()
        self._add_least_sure()
        finish = self._answer.finish
        ending = words.finish(finish, self._answer.max_tokens) if finish else ""
        if ending:
            self._add("answerEnding", ending)
            self.show()

    def _add_least_sure(self) -> None:
        unsure = least_sure_words(self._answer.trace)
        if not unsure:
            return
        group = QWidget(self)
        row = WrappingLayout(group, gap=4)
        row.addWidget(plain_label(self.tr("least sure:"), "small"))
        for word in unsure:
            row.addWidget(self._link(word.text, word.index))
        self._row.addWidget(group)

    def _link(self, text: str, index: int) -> QPushButton:
        shown = text if len(text) <= WORD_LENGTH else text[: WORD_LENGTH - 1] + "…"
        link = QPushButton(shown.replace("&", "&&"))
        link.setObjectName("leastSureWord")
        link.setProperty("role", "link")
        link.setAccessibleName(self.tr("Least sure word: {word}").format(word=shown))
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.clicked.connect(lambda: self.token_requested.emit(index))
        return link
