"""The live or chosen token: its candidates, and where it stands in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from perhaps.probability.what_if import Resampled, resample
from perhaps.views.bar_legend import BarLegend
from perhaps.views.branch_row import BranchRow
from perhaps.views.candidate_bars import CandidateBars
from perhaps.views.candidate_rows import candidate_rows
from perhaps.views.inquiry_buttons import InquiryLinks
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button
from perhaps.views.tint_bar import TintBar
from perhaps.views.token_header import TokenHeader
from perhaps.views.what_if_sliders import WhatIfSliders

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QMenu

    from perhaps.inference.protocol import SamplingOptions, TokenStep
    from perhaps.state.selection import TokenPlace
    from perhaps.state.session import Session
    from perhaps.views.probability_chart import ProbabilityChart
    from perhaps.views.theme import Theme

FEW = 8


class ProbabilitiesPanel(QWidget):
    """Follows the selection."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilitiesPanel")
        self._selection = selection = session.selection
        self._theme = theme
        self._branch = BranchRow(session)
        self._shows_all = False
        self._chart: ProbabilityChart | None = None
        self._empty = plain_label(self._invitation(), "muted", wrap=True)
        self._empty.setObjectName("probabilitiesEmpty")
        self._content = QWidget(self)
        self._make_parts()
        self._fill()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._content)
        column.addStretch(1)
        selection.changed.connect(self._refresh)
        selection.candidate_changed.connect(self._show_picked)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the chart once the window is there: what draws it takes a moment to load."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._make_chart)

    def offer(self, menu: QMenu) -> None:
        """Offer files of the answer beside its chart."""
        self._export.setMenu(menu)
        self._export.setText(menu.title() + " ▾")

    def _invitation(self) -> str:
        return self.tr(
            "Ask something. While the answer is written, this shows what else could have come "
            "at each token, and how likely it was. Point at a token to look at it, click to "
            "keep it, walk with ← and →."
        )

    def _make_parts(self) -> None:
        self._header = TokenHeader(self._theme)
        self._bars = CandidateBars(self._theme)
        self._bars.picked.connect(self._on_picked)
        self._more = push_button("allCandidates", role="link")
        self._more.clicked.connect(self._toggle_all)
        self._unmeasured = plain_label(self.tr("This token was not measured."), "muted", wrap=True)
        self._legend = BarLegend(self._theme)
        self._what_if = WhatIfSliders()
        self._what_if.changed.connect(self._refresh_candidates)
        self._export = push_button("exportAnswer", role="link")
        self._chart_place = named(QWidget(), "chartPlace")
        self._tints = TintBar(self._selection.lens, self._theme)

    def _fill(self) -> None:
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self._header, self._bars, self._unmeasured):
            column.addWidget(widget)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._legend)
        column.addWidget(self._what_if)
        column.addWidget(InquiryLinks(self._selection))
        column.addSpacing(10)
        column.addWidget(self._branch)
        column.addSpacing(10)
        head = QHBoxLayout()
        head.addWidget(plain_label(self.tr("Along the answer"), "heading"), 1)
        head.addWidget(self._export)
        column.addLayout(head)
        place = QVBoxLayout(self._chart_place)
        place.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._chart_place)
        column.addSpacing(10)
        column.addWidget(plain_label(self.tr("Tint of the answer"), "heading"))
        column.addWidget(self._tints)

    def _make_chart(self) -> None:
        if self._chart is not None:
            return
        from perhaps.views.probability_chart import ProbabilityChart

        self._chart = ProbabilityChart(self._selection, self._theme)
        layout = self._chart_place.layout()
        assert layout is not None
        layout.addWidget(self._chart)
        self._refresh()

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self._refresh()

    def _on_picked(self, index: int) -> None:
        self._selection.pick(None if index == self._selection.candidate else index)

    def _show_picked(self) -> None:
        """Frame the picked candidate, and unfold the list where it is further down."""
        index = self._selection.candidate
        if index is not None and index not in [row.index for row in self._bars.rows]:
            self._shows_all = True
            self._refresh_candidates()
        self._bars.show_picked(index)
        place = self._selection.pinned
        if index is not None and place is not None:
            self._branch.offer(place.step.candidates[index].id)

    def _refresh(self) -> None:
        place = self._selection.current
        self._empty.setVisible(place is None)
        self._content.setVisible(place is not None)
        if place is None:
            return
        self._header.show_token(place)
        self._what_if.show_asked(place.answer.sampling)
        self._refresh_candidates()
        if self._chart is not None:
            self._chart.show_answer(place.answer)

    def _refresh_candidates(self) -> None:
        place = self._selection.current
        if place is not None:
            self._show_candidates(place, place.step)

    def _show_candidates(self, place: TokenPlace, step: TokenStep) -> None:
        count = len(step.candidates)
        asked, tried = place.answer.sampling, self._what_if.options
        vocabulary_size = place.answer.model.vocabulary_size
        self._unmeasured.setVisible(not count)
        self._bars.setVisible(count > 0)
        self._legend.setVisible(count > 0)
        self._what_if.setVisible(count > 0)
        self._more.setVisible(count > FEW)
        fewer, more = self.tr("Show fewer"), self.tr("Show all {count}").format(count=count)
        self._more.setText(fewer if self._shows_all else more)
        if not count:
            return
        resampled = _resampled(step, vocabulary_size, tried or asked)
        limit = count if self._shows_all else FEW
        rows = candidate_rows(step, limit, resampled, what_if=tried is not None)
        self._bars.show_rows(rows, vocabulary_size, what_if=tried is not None)
        self._bars.show_picked(self._selection.candidate)
        self._legend.show_sampling(tried or asked, what_if=tried is not None)
        self._what_if.show_verdict(resampled)


def _resampled(step: TokenStep, vocabulary_size: int, options: SamplingOptions) -> Resampled:
    logprobs = np.array([candidate.logprob for candidate in step.candidates])
    return resample(logprobs, step.rank or 1, vocabulary_size, options)
