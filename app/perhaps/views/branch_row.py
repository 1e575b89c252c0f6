"""Goes on from a token with another one: a candidate, or words of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QVBoxLayout, QWidget

from perhaps.probability.glyphs import visible_token
from perhaps.state.opening import branch_with_candidate, branch_with_words
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from perhaps.inference.protocol import TokenCandidate
    from perhaps.state.selection import TokenPlace
    from perhaps.state.session import Session


class BranchRow(QWidget):
    """Stays with the token that is pinned, or else the newest of an answer that has ended."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("branchRow")
        self._session = session
        self._place: TokenPlace | None = None
        self._candidates: list[TokenCandidate] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(plain_label(self.tr("Continue from here with"), "heading"))
        column.addLayout(self._make_row())
        self._reason = named(plain_label("", "small", wrap=True), "branchReason")
        column.addWidget(self._reason)
        session.selection.changed.connect(self._refresh)
        for changed in (session.answering_changed, session.engine.changed):
            changed.connect(self._refresh)
        self._refresh()

    def offer(self, token: int) -> None:
        """Put a candidate into the field."""
        ids = [candidate.id for candidate in self._candidates]
        if token in ids:
            self._words.setCurrentIndex(ids.index(token))

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._words = named(QComboBox(), "branchWords")
        self._words.setEditable(True)
        self._words.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._words.setCompleter(QCompleter(self))  # without words: "r" is not "red"
        self._words.setAccessibleName(self.tr("Another token, or words of your own"))
        edit = self._words.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(self.tr("candidate or own words"))
        edit.returnPressed.connect(self._branch)
        edit.textChanged.connect(self._show_state)
        self._go = push_button("branch", self.tr("Continue"))
        self._go.setToolTip(
            self.tr(
                "Write a new version that keeps everything before this token; no picture is "
                "read again"
            )
        )
        self._go.clicked.connect(self._branch)
        row.addWidget(self._words, 1)
        row.addWidget(self._go, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _refresh(self) -> None:
        selection = self._session.selection
        place = selection.pinned or selection.newest
        if place is None:
            self._place = None
        elif place != self._place and not place.answer.running:
            self._place = place
            self._candidates = [c for c in place.step.candidates if c.id != place.step.id]
            self._words.clear()
            self._words.addItems([visible_token(c.bytes) for c in self._candidates])
            self._words.setCurrentIndex(-1)
        self.setVisible(self._place is not None)
        self._show_state()

    def _show_state(self) -> None:
        if self._place is None:
            return
        obstacle = self._session.branch_obstacle(self._place.answer)
        self._reason.setText(obstacle)
        self._reason.setVisible(bool(obstacle))
        self._go.setEnabled(not obstacle and bool(self._words.currentText()))

    def _branch(self) -> None:
        place, text, index = self._place, self._words.currentText(), self._words.currentIndex()
        if place is None or not text:
            return
        if index >= 0 and text == self._words.itemText(index):
            opening = branch_with_candidate(place.answer, place.index, self._candidates[index].id)
        else:
            opening = branch_with_words(place.answer, place.index, text)
        self._session.branch(place.answer, opening)
