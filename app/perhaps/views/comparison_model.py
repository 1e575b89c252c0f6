"""Two aligned answers as the rows of a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from perhaps.probability.compare import Comparison, compare
from perhaps.probability.doubt import Doubt, doubt_of
from perhaps.probability.glyphs import visible_token
from perhaps.views import words
from perhaps.views.token_paint import TINTS

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from perhaps.state.answer import Answer
    from perhaps.views.theme import Theme

LEFT, LEFT_SHARE, MARK, RIGHT_SHARE, RIGHT = range(5)
SAME, CHANGED, ONLY_LEFT, ONLY_RIGHT = "=", "≠", "←", "→"

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class ComparisonModel(QAbstractTableModel):
    """Token and probability of the left answer, how they compare, and the same of the right."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._left: Answer | None = None
        self._right: Answer | None = None
        self.comparison = Comparison((), 0)
        theme.changed.connect(self._repaint)

    def show_answers(self, left: Answer, right: Answer) -> None:
        """Compare other answers, or these again."""
        self.beginResetModel()
        self._left, self._right = left, right
        alike = left.model.pair == right.model.pair
        self.comparison = compare(_keys(left, by_id=alike), _keys(right, by_id=alike))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One row for each pair."""
        return 0 if parent.isValid() else len(self.comparison.pairs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The two sides and what stands between them."""
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Name columns; number rows by their position."""
        if role == Role.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            sides = {LEFT: Qt.AlignmentFlag.AlignLeft, RIGHT: Qt.AlignmentFlag.AlignLeft}
            return sides.get(section, Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
        if role != Role.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1)
        share = self.tr("Prob.")
        return (self.tr("Left"), share, "", share, self.tr("Right"))[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Give words, tints and spoken words of a cell."""
        pair = self.comparison.pairs[index.row()]
        column = index.column()
        if column == MARK:
            return self._mark_data(index.row(), role)
        of_left = column in (LEFT, LEFT_SHARE)
        answer = self._left if of_left else self._right
        place = pair.left if of_left else pair.right
        if answer is None or place is None:
            return None
        return self._token_data(answer, place, role, shares=column in (LEFT_SHARE, RIGHT_SHARE))

    def _mark_data(self, row: int, role: int) -> Any:
        if role == Role.DisplayRole:
            return self.mark(row)
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Role.ForegroundRole:
            return self._theme.colour("muted" if self.mark(row) == SAME else "accent")
        if role == Role.FontRole:
            return self._theme.font(bold=self.mark(row) != SAME)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return self._meaning(row)
        return None

    def mark(self, row: int) -> str:
        """Tell how the tokens of a row compare, by one sign."""
        pair = self.comparison.pairs[row]
        if pair.same:
            return SAME
        if pair.right is None:
            return ONLY_LEFT
        return ONLY_RIGHT if pair.left is None else CHANGED

    def _meaning(self, row: int) -> str:
        meanings = {
            SAME: self.tr("the same token"),
            CHANGED: self.tr("another token"),
            ONLY_LEFT: self.tr("on the left only"),
            ONLY_RIGHT: self.tr("on the right only"),
        }
        meaning = meanings[self.mark(row)]
        first = self.comparison.parts and row == self.comparison.shared
        return self.tr("{meaning}; here they part").format(meaning=meaning) if first else meaning

    def _token_data(self, answer: Answer, place: int, role: int, *, shares: bool) -> Any:
        logprob = float(answer.trace.logprobs[place])
        token_id, data = answer.trace.piece(place)
        if role == Role.DisplayRole:
            known = not math.isnan(logprob)
            share = words.percent(math.exp(logprob)) if known else "–"
            return share if shares else visible_token(data)
        if role == Role.TextAlignmentRole and shares:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.FontRole and not shares:
            return self._theme.mono(0.93)
        if role == Role.BackgroundRole and not shares:
            doubt = doubt_of(logprob)
            return None if doubt is Doubt.none else self._theme.colour(TINTS[doubt])
        if role == Role.ToolTipRole:
            return self.tr("token {place} · id {id}").format(place=place + 1, id=token_id)
        return None

    def _repaint(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, RIGHT))


def _keys(answer: Answer, *, by_id: bool) -> Sequence[Hashable]:
    """What tells tokens apart: their ids within one model, else their bytes."""
    pieces = (answer.trace.piece(place) for place in range(len(answer.trace)))
    return [token_id if by_id else data for token_id, data in pieces]
