"""The live or chosen token: its candidates, and where it stands in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from perhaps.views.bar_legend import BarLegend
from perhaps.views.branch_row import BranchRow
from perhaps.views.candidate_bars import CandidateBars
from perhaps.views.candidate_rows import candidate_rows
from perhaps.views.inquiry_buttons import InquiryLinks
from perhaps.views.labels import plain_label
from perhaps.views.named import push_button
from perhaps.views.probability_chart import ProbabilityChart
from perhaps.views.token_header import TokenHeader

if TYPE_CHECKING:
    from perhaps.state.selection import TokenPlace
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

FEW = 8


class ProbabilitiesPanel(QWidget):
    """Follows the selection."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilitiesPanel")
        self._selection = selection = session.selection
        self._branch = BranchRow(session)
        self._shows_all = False
        self._empty = plain_label(self._invitation(), "muted", wrap=True)
        self._empty.setObjectName("probabilitiesEmpty")
        self._content = QWidget(self)
        self._fill(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._content)
        column.addStretch(1)
        selection.changed.connect(self._refresh)
        self._refresh()

    def _invitation(self) -> str:
        return self.tr(
            "Ask something. While the answer is written, this shows what else could have come "
            "at each token, and how likely it was. Point at a token to look at it, click to "
            "keep it, walk with ← and →."
        )

    def _fill(self, theme: Theme) -> None:
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._header = TokenHeader(theme)
        self._bars = CandidateBars(theme)
        self._bars.candidate_clicked.connect(self._branch.offer)
        self._more = push_button("allCandidates", role="link")
        self._more.clicked.connect(self._toggle_all)
        self._unmeasured = plain_label(self.tr("This token was not measured."), "muted", wrap=True)
        self._legend = BarLegend(theme)
        self._chart_heading = plain_label(self.tr("Along the answer"), "heading")
        self._chart = ProbabilityChart(self._selection, theme)
        for widget in (self._header, self._bars, self._unmeasured):
            column.addWidget(widget)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._legend)
        column.addWidget(InquiryLinks(self._selection))
        column.addSpacing(10)
        column.addWidget(self._branch)
        column.addSpacing(10)
        column.addWidget(self._chart_heading)
        column.addWidget(self._chart)

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self._refresh()

    def _refresh(self) -> None:
        place = self._selection.current
        self._empty.setVisible(place is None)
        self._content.setVisible(place is not None)
        if place is not None:
            self._header.show_token(place)
            self._show_candidates(place)
            self._chart.show_answer(place.answer)

    def _show_candidates(self, place: TokenPlace) -> None:
        count = len(place.step.candidates)
        rows = candidate_rows(place.step, count if self._shows_all else FEW)
        self._bars.show_rows(rows, place.answer.model.vocabulary_size)
        self._legend.show_sampling(place.answer.request.sampling)
        self._unmeasured.setVisible(not rows)
        self._legend.setVisible(bool(rows))
        self._more.setVisible(count > FEW)
        fewer, more = self.tr("Show fewer"), self.tr("Show all {count}").format(count=count)
        self._more.setText(fewer if self._shows_all else more)
