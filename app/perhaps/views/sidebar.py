"""The left side: the name, a new chat, and the chats of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from perhaps.views.buttons import KeyButton
from perhaps.views.icons import icon_pixmap
from perhaps.views.labels import plain_label, set_plain_tooltip
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from perhaps.state.conversation import Conversation
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

WIDTH = 16.5
"""In sizes of the text."""


class Sidebar(QFrame):
    """Lists what was asked since the program was started, newest first."""

    new_chat_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Chats"))
        self.setFixedWidth(round(WIDTH * theme.text_size))
        self._session = session
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(self._make_name())
        column.addSpacing(6)
        column.addWidget(self._make_new_chat())
        column.addSpacing(12)
        self._heading = plain_label(self.tr("Since the start"), "heading")
        self._heading.setContentsMargins(8, 0, 0, 2)
        column.addWidget(self._heading)
        column.addWidget(self._make_list(), 1)
        session.conversations_changed.connect(self._refresh)
        session.conversation_changed.connect(self._refresh)
        theme.changed.connect(self._draw_mark)
        self._draw_mark()
        self._refresh()

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

    def _make_list(self) -> QScrollArea:
        area = named(QScrollArea(), "chatList")
        area.setAccessibleName(self.tr("Chats"))
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        column.addLayout(self._list)
        column.addStretch(1)
        area.setWidget(page)
        return area

    def _draw_mark(self) -> None:
        accent = self._theme.colour("accent").name()
        self._mark.setPixmap(icon_pixmap("mark", accent, 22, self.devicePixelRatioF()))

    def _refresh(self) -> None:
        while item := self._list.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        conversations = self._session.conversations
        self._heading.setVisible(bool(conversations))
        for conversation in conversations:
            self._list.addWidget(self._chat(conversation))

    def _chat(self, conversation: Conversation) -> QPushButton:
        button = push_button("chat", role="chat")
        button.setCheckable(True)
        button.setChecked(conversation is self._session.conversation)
        button.setAccessibleName(conversation.title)
        set_plain_tooltip(button, conversation.title)
        metrics = QFontMetrics(self._theme.font())
        shown = metrics.elidedText(
            conversation.title, Qt.TextElideMode.ElideRight, self.width() - 46
        )
        button.setText(shown.replace("&", "&&"))
        button.clicked.connect(lambda: self._open(conversation))
        return button

    def _open(self, conversation: Conversation) -> None:
        self._session.open_chat(conversation)
        self._refresh()
