"""“Recently deleted”: chats, questions and answers of the last 30 days, to be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from perhaps.views.labels import one_line, plain_label
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from perhaps.archive.records import Deletion
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

SIZE = (52, 30)
"""In sizes of the text."""
LONGEST = 120
"""Characters of a row."""
_DELETION = Qt.ItemDataRole.UserRole


class DeletionsDialog(QDialog):
    """Enter or a double click brings a row back."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deletionsDialog")
        self.setWindowTitle(self.tr("Recently deleted"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*(round(length * theme.text_size) for length in SIZE))
        self._session = session
        self._list = self._make_list(theme)
        self._hint = named(plain_label("", "small", wrap=True), "deletionsHint")
        self._restore = push_button("bringBack", self.tr("Bring back"), role="primary")
        self._fill()
        self._list.itemSelectionChanged.connect(self._refresh)
        self._list.itemActivated.connect(self._bring_back)
        self._restore.clicked.connect(self._bring_back)
        session.answering_changed.connect(self._refresh)
        session.deletions.listed.connect(self._show)
        session.deletions.failed.connect(self._hint.setText)
        session.deletions.refresh()

    def _make_list(self, theme: Theme) -> QTreeWidget:
        tree = named(QTreeWidget(), "deletions")
        tree.setAccessibleName(self.tr("Recently deleted"))
        tree.setHeaderLabels([self.tr("What"), self.tr("Where"), self.tr("Deleted")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 16), (2, 11)):
            tree.setColumnWidth(column, round(width * theme.text_size))
        return tree

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        sentence = self.tr("What is here goes for good 30 days after it was deleted.")
        if backups := self._session.storage.backups:
            later = self.tr("Automatic backups in “{path}” can hold its words for another year.")
            sentence = f"{sentence} {later.format(path=backups)}"
        column.addWidget(named(plain_label(sentence, "muted", wrap=True), "deletionsSentence"))
        column.addWidget(self._list, 1)
        row = QHBoxLayout()
        row.addWidget(self._hint, 1)
        row.addWidget(self._restore)
        column.addLayout(row)

    def _show(self, deletions: list[Deletion]) -> None:
        self._list.clear()
        self._list.addTopLevelItems([self._row(each) for each in deletions])
        if deletions:
            self._list.setCurrentIndex(self._list.model().index(0, 0))
        self._refresh()

    def _row(self, deletion: Deletion) -> QTreeWidgetItem:
        title, message = one_line(deletion.chat.title, LONGEST), deletion.message
        date = QDateTime.fromMSecsSinceEpoch(deletion.when)
        when = QLocale().toString(date, QLocale.FormatType.ShortFormat)
        what = title if message is None else one_line(message.text, LONGEST)
        if message is None:
            where = self.tr("Chat")
        elif message.role == "user":
            where = self.tr("Question in “{title}”").format(title=title)
        else:
            where = self.tr("Answer in “{title}”").format(title=title)
        row = QTreeWidgetItem([what, where, when])
        row.setData(0, _DELETION, deletion)
        row.setToolTip(0, what)
        row.setToolTip(1, where)
        return row

    def _chosen(self) -> list[Deletion]:
        return [row.data(0, _DELETION) for row in self._list.selectedItems()]

    def _refresh(self) -> None:
        answering = self._session.answering
        self._restore.setEnabled(bool(self._chosen()) and not answering)
        hint = self.tr("Wait until the answer is written.") if answering else ""
        if not self._list.topLevelItemCount():
            hint = self.tr("Nothing was deleted in the last 30 days.")
        self._hint.setText(hint)

    def _bring_back(self) -> None:
        if self._restore.isEnabled():
            self._session.deletions.restore(self._chosen())
