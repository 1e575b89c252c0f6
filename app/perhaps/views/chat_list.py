"""The chats as a list: opened, renamed, pinned, deleted, and given pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from perhaps.state.chat_rows import ChatRows, Row
from perhaps.state.conversation import Conversation
from perhaps.views.chat_row_paint import ChatRowPainter
from perhaps.views.dropped_pictures import has_pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.state.chats import Found
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

PIN_KEY = QKeySequence("Ctrl+D")


class ChatList(QListView):
    """Enter opens, F2 renames, Ctrl+D pins, Del deletes."""

    open_requested = Signal(Conversation, object)
    """`(Conversation, int | None)`: with the message that was found in it."""
    deletion_requested = Signal(Conversation)
    deletions_requested = Signal()
    """What was deleted is to be shown."""
    pictures_dropped = Signal(Conversation, QMimeData)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.rows = ChatRows(self)
        self._painter = ChatRowPainter(session, theme, self)
        self.setObjectName("chatList")
        self.setAccessibleName(self.tr("Chats"))
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setTabKeyNavigation(False)
        self.viewport().setAutoFillBackground(False)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show_groups)
        self.clicked.connect(self._open)
        session.chats.changed.connect(self._on_changed)
        # The rows are made anew only later, and may be opened until then.
        session.chats.removed.connect(self.rows.drop)
        session.chats.replaced.connect(self.rows.drop)
        session.conversation_changed.connect(self._on_opened)
        theme.changed.connect(self.viewport().update)
        self._show_groups()

    def show_found(self, found: tuple[Found, ...]) -> None:
        """Show what a search found instead of all chats."""
        if self._painter.searching:
            self._keep_place(lambda: self.rows.show_found(found))
        else:
            self._painter.searching = True
            self.rows.show_found(found)
        self.scheduleDelayedItemsLayout()

    def show_all(self) -> None:
        """Show all chats again."""
        if self._painter.searching:
            self._painter.searching = False
            self._show_groups()
            self.scheduleDelayedItemsLayout()

    def open_first(self) -> bool:
        """Open the first row of what was found; False where there is none."""
        first = next((i for i in self._indexes() if self.rows.row(i).conversation), None)
        if first is not None:
            self._open(first)
        return first is not None

    def enter(self) -> None:
        """Take the focus, on the first chat where none is current."""
        self.setFocus()
        if not self.currentIndex().isValid():
            first = next((i for i in self._indexes() if self.rows.row(i).conversation), None)
            if first is not None:
                self.setCurrentIndex(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the current chat; what is typed is for the question."""
        if self.state() is QAbstractItemView.State.EditingState:
            # A name leaves its Enter over, which is no wish to open anything.
            return
        row = self._current()
        conversation = row.conversation if row else None
        if conversation is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif conversation is not None and event.key() == Qt.Key.Key_Delete:
            self.deletion_requested.emit(conversation)
        elif conversation is not None and QKeySequence(event.keyCombination()) == PIN_KEY:
            conversation.set_pinned(not conversation.pinned)
        elif event.text().isprintable() and event.text() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a chat."""
        index = self.indexAt(event.pos())
        conversation = self.rows.row(index).conversation if index.isValid() else None
        if conversation is not None:
            self.setCurrentIndex(index)
            self.menu_of(conversation, index).popup(event.globalPos())

    def menu_of(self, conversation: Conversation, index: QModelIndex) -> QMenu:
        """Make the menu of a chat."""
        menu = QMenu(self)
        menu.setObjectName("chatMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = self.tr("Let go") if conversation.pinned else self.tr("Pin")
        menu.addAction(self.tr("Rename") + "\tF2", lambda: self.edit(index))
        menu.addAction(f"{pin}\tCtrl+D", lambda: conversation.set_pinned(not conversation.pinned))
        menu.addAction(
            self.tr("Delete") + "\tDel", lambda: self.deletion_requested.emit(conversation)
        )
        menu.addSeparator()
        menu.addAction(self.tr("Recently deleted…"), self.deletions_requested.emit)
        return menu

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures only."""
        if has_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show which chat would get them."""
        index = self._droppable(event.position().toPoint())
        self.setCurrentIndex(index)
        event.setAccepted(index.isValid() and has_pictures(event.mimeData()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget which chat it would have been."""
        super().dragLeaveEvent(event)
        self._mark_open()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give the pictures to the chat below."""
        index = self._droppable(event.position().toPoint())
        conversation = self.rows.row(index).conversation if index.isValid() else None
        if conversation is not None and has_pictures(event.mimeData()):
            event.acceptProposedAction()
            self.pictures_dropped.emit(conversation, event.mimeData())

    def _droppable(self, point: QPoint) -> QModelIndex:
        index = self.indexAt(point)
        return index if index.isValid() and self.rows.row(index).conversation else QModelIndex()

    def _indexes(self) -> list[QModelIndex]:
        return [self.rows.index(number) for number in range(min(2, self.rows.rowCount()))]

    def _current(self) -> Row | None:
        index = self.currentIndex()
        return self.rows.row(index) if index.isValid() else None

    def _open(self, index: QModelIndex) -> None:
        row = self.rows.row(index)
        if row.conversation is not None:
            self.open_requested.emit(row.conversation, row.message)

    def _on_changed(self) -> None:
        if not self.rows.searching:
            self._soon.start()

    def _show_groups(self) -> None:
        self._keep_place(lambda: self.rows.show_groups(self._session.chats.groups()))

    def _keep_place(self, show: Callable[[], None]) -> None:
        """Show rows; the chat that is current stays so where it is among them."""
        row = self._current()
        kept = row.conversation if row else None
        place = self.verticalScrollBar().value()
        show()
        if kept is not None:
            self.setCurrentIndex(self.rows.index_of(kept))
        self.verticalScrollBar().setValue(place)

    def _on_opened(self) -> None:
        self._mark_open()
        self.viewport().update()

    def _mark_open(self) -> None:
        self.setCurrentIndex(self.rows.index_of(self._session.conversation))
