"""The left side: the name, a new chat, the search, and all chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from perhaps.state.conversation import Conversation
from perhaps.views.buttons import KeyButton
from perhaps.views.chat_list import ChatList
from perhaps.views.icons import icon_pixmap
from perhaps.views.labels import plain_label
from perhaps.views.search_field import SearchField

if TYPE_CHECKING:
    from perhaps.state.chats import Found
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

WIDTH = 16.5
"""In sizes of the text."""


class Sidebar(QFrame):
    """Lists all chats under headings of days; a search shows what it found instead."""

    new_chat_requested = Signal()
    open_requested = Signal(Conversation, object)
    """See `ChatList`."""
    deletion_requested = Signal(Conversation)
    pictures_dropped = Signal(Conversation, QMimeData)
    left = Signal()
    """The person is done here."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Chats"))
        self.setFixedWidth(round(WIDTH * theme.text_size))
        self._session = session
        self._theme = theme
        self.search = SearchField()
        self.list = ChatList(session, theme)
        self._nothing = plain_label(self.tr("Nothing was found."), "small")
        self._nothing.setObjectName("nothingFound")
        self._nothing.setContentsMargins(8, 6, 8, 0)
        self._nothing.hide()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._arrange()
        self._connect()
        self._draw_mark()

    def begin_search(self) -> None:
        """Let the person type what to look for."""
        self.show()
        self.search.setFocus()
        self.search.selectAll()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(self._make_name())
        column.addSpacing(6)
        column.addWidget(self._make_new_chat())
        column.addSpacing(4)
        column.addWidget(self.search)
        column.addSpacing(2)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self.search.left.connect(self.left)
        self.search.first_requested.connect(self.list.open_first)
        self.search.list_requested.connect(self.list.enter)
        self.list.open_requested.connect(self.open_requested)
        self.list.deletion_requested.connect(self.deletion_requested)
        self.list.pictures_dropped.connect(self.pictures_dropped)
        self._session.chats.found.connect(self._on_found)
        self._session.chats.changed.connect(self._again.start)
        self._again.timeout.connect(self._search_again)
        self._theme.changed.connect(self._draw_mark)

    def _make_name(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(5, 2, 0, 2)
        row.setSpacing(8)
        self._mark = QLabel()
        row.addWidget(self._mark)
        row.addWidget(plain_label("Perhaps", "title"))
        row.addStretch(1)
        return row

    def _make_new_chat(self) -> QPushButton:
        button = KeyButton("newChat", self.tr("New chat"), "Ctrl N", role="side")
        button.clicked.connect(self.new_chat_requested)
        return button

    def _draw_mark(self) -> None:
        accent = self._theme.colour("accent").name()
        self._mark.setPixmap(icon_pixmap("mark", accent, 22, self.devicePixelRatioF()))

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._session.chats.search(text)
        else:
            self._nothing.hide()
            self.list.show_all()

    def _search_again(self) -> None:
        if self.search.text().strip():
            self._session.chats.search(self.search.text())

    def _on_found(self, query: str, found: tuple[Found, ...]) -> None:
        if query and query == self.search.text():
            self._nothing.setVisible(not found)
            self.list.show_found(found)
