"""The chosen token, large, with its figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from perhaps.probability.glyphs import visible_token
from perhaps.views import words
from perhaps.views.labels import ElidedLabel, plain_label

if TYPE_CHECKING:
    from perhaps.state.selection import TokenPlace
    from perhaps.views.theme import Theme


class TokenHeader(QWidget):
    """Glyphs, probability, place, rank, entropy and id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenHeader")
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        self._glyphs = ElidedLabel("", "display")
        self._glyphs.setObjectName("tokenGlyphs")
        self._glyphs.set_font(theme.mono(1.43, bold=True))
        self._share = plain_label("", "display")
        self._share.setObjectName("tokenShare")
        row.addWidget(self._glyphs, 1)
        row.addWidget(self._share)
        column.addLayout(row)
        self._figures = plain_label("", "small", wrap=True)
        self._figures.setObjectName("tokenFigures")
        column.addWidget(self._figures)

    def show_token(self, place: TokenPlace) -> None:
        """Show another token."""
        step = place.step
        self._glyphs.setText(visible_token(step.bytes))
        self._share.setText("")
        if step.logprob is not None:
            self._share.setText(words.percent(math.exp(step.logprob)))
            text = self.tr("log-probability {value} nats").format(value=words.signed(step.logprob))
            self._share.setToolTip(text)
        self._figures.setText(" · ".join(self._parts(place)))

    def _parts(self, place: TokenPlace) -> list[str]:
        step = place.step
        count = len(place.answer.steps)
        parts = [self.tr("token {index} of {count}").format(index=place.index + 1, count=count)]
        if step.rank is not None:
            parts.append(self.tr("rank {rank}").format(rank=step.rank))
        if step.entropy is not None:
            parts.append(self.tr("entropy {value} nats").format(value=f"{step.entropy:.2f}"))
        parts.append(self.tr("id {id}").format(id=step.id))
        return parts
