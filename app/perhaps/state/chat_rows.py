"""The rows of the list of chats: under headings of days, or what a search found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from perhaps.archive.records import Snippet
from perhaps.state.chats import Period
from perhaps.state.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from perhaps.state.chats import Found, Group

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

translate = QCoreApplication.translate


class RowRole(IntEnum):
    """What views ask of a row."""

    row = Qt.ItemDataRole.UserRole + 1
    """The `Row` itself."""


def heading(period: Period) -> str:
    """Name a heading of the list."""
    return {
        Period.pinned: translate("ChatRows", "Pinned"),
        Period.today: translate("ChatRows", "Today"),
        Period.yesterday: translate("ChatRows", "Yesterday"),
        Period.week: translate("ChatRows", "Last seven days"),
        Period.month: translate("ChatRows", "Last thirty days"),
        Period.older: translate("ChatRows", "Older"),
    }[period]


@dataclass(frozen=True)
class Row:
    """A heading, a chat, or a chat that a search found."""

    period: Period | None = None
    """Of a heading."""
    conversation: Conversation | None = None
    message: int | None = None
    """The question or answer that was found."""
    title: Snippet | None = None
    """Where it was found: the title with its marks."""
    snippet: Snippet | None = None


class ChatRows(QAbstractListModel):
    """Small enough to be made anew whenever the chats change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.searching = False
        """Whether the rows are what a search found."""

    def show_groups(self, groups: Iterable[Group]) -> None:
        """List chats under their headings."""
        rows: list[Row] = []
        for group in groups:
            rows.append(Row(period=group.period))
            rows.extend(Row(conversation=each) for each in group.conversations)
        self._show(rows, searching=False)

    def show_found(self, found: Sequence[Found]) -> None:
        """List what a search found."""
        rows = [
            Row(None, each.conversation, each.message, each.title, each.snippet) for each in found
        ]
        self._show(rows, searching=True)

    def drop(self, conversation: Conversation) -> None:
        """Take the row of a chat out."""
        index = self.index_of(conversation)
        if index.isValid():
            self.beginRemoveRows(NOWHERE, index.row(), index.row())
            del self._rows[index.row()]
            self.endRemoveRows()

    def row(self, index: Index) -> Row:
        """Give a row."""
        return self._rows[index.row()]

    def index_of(self, conversation: Conversation) -> QModelIndex:
        """Find the row of a chat; an invalid index where it is not listed."""
        for number, row in enumerate(self._rows):
            if row.conversation is conversation:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Count the rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the title of a chat, what is read aloud of a row, or the row itself."""
        row = self._rows[index.row()]
        if role == RowRole.row:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.snippet.text if row.snippet else None
        if row.conversation is None:
            return None
        if role == Qt.ItemDataRole.EditRole:
            return row.conversation.title
        return self._shown_title(row.conversation) if role == Qt.ItemDataRole.DisplayRole else None

    def setData(  # noqa: N802 - Qt's name
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Rename a chat; an empty name gives its first question back."""
        conversation = self._rows[index.row()].conversation
        if role != Qt.ItemDataRole.EditRole or conversation is None:
            return False
        conversation.rename(str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let headings be passed over."""
        if not index.isValid() or self._rows[index.row()].conversation is None:
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDropEnabled

    def _spoken(self, row: Row) -> str:
        if row.conversation is None:
            return heading(row.period) if row.period else ""
        title = self._shown_title(row.conversation)
        pinned = self.tr("{title}, pinned").format(title=title)
        return pinned if row.conversation.pinned else title

    def _shown_title(self, conversation: Conversation) -> str:
        return conversation.title or self.tr("New chat")

    def _show(self, rows: list[Row], *, searching: bool) -> None:
        if rows == self._rows and searching == self.searching:
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.searching = searching
        self.endResetModel()
