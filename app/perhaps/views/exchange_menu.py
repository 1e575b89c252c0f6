"""The part of the menu that takes chats out, brings them in, and brings deleted ones back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from perhaps.views.deletions_dialog import DeletionsDialog
from perhaps.views.named import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

LONGEST_NAME = 60


class ExchangeMenu(QObject):
    """Asks for a file, and leaves the rest to the session's exchange."""

    def __init__(self, session: Session, theme: Theme, menu: QMenu, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._theme = theme
        self._window = window
        self._menu = named(menu.addMenu(self.tr("Chats")), "chatsMenu")
        self._export = self._add("exportChat", self.tr("Export this chat…"), self._ask_export)
        self._add("importChats", self.tr("Import chats…"), self._ask_import)
        self._menu.addSeparator()
        self._add("backUpChats", self.tr("Back up all chats…"), self._ask_back_up)
        self._add("restoreChats", self.tr("Restore a backup…"), self._ask_import)
        self._menu.addSeparator()
        self._add("recentlyDeleted", self.tr("Recently deleted…"), self.show_deleted)
        self._menu.aboutToShow.connect(self._refresh)

    def show_deleted(self) -> None:
        """Offer what can be brought back."""
        DeletionsDialog(self._session, self._theme, self._window).open()

    def _add(self, name: str, title: str, wish: Callable[[], None]) -> QAction:
        action = named(self._menu.addAction(title), name)
        action.triggered.connect(lambda _checked=False: wish())
        return action

    def _refresh(self) -> None:
        self._export.setEnabled(bool(self._session.conversation.number))

    def _ask_export(self) -> None:
        conversation = self._session.conversation
        kinds = (
            self.tr("Everything, to be imported again (*.zip)"),
            self.tr("For reading, a page (*.html)"),
            self.tr("For reading, Markdown (*.md)"),
        )
        dialog = self._save_dialog(self.tr("Export this chat"), ";;".join(kinds))
        dialog.selectFile(_file_name(conversation.title))
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_suffix(kind)))
        exchange = self._session.exchange
        dialog.fileSelected.connect(lambda path: exchange.export_chat(conversation, path))
        dialog.open()

    def _ask_back_up(self) -> None:
        dialog = self._save_dialog(self.tr("Back up all chats"), self.tr("Backup (*.zip)"))
        dialog.selectFile("perhaps-chats.zip")
        dialog.fileSelected.connect(self._session.exchange.back_up)
        dialog.open()

    def _ask_import(self) -> None:
        dialog = named(QFileDialog(self._window, self.tr("Import chats")), "importDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Chats (*.zip *.json *.sqlite)"))
        dialog.fileSelected.connect(self._session.exchange.import_file)
        dialog.open()

    def _save_dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = named(QFileDialog(self._window, title), "exportDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix("zip")
        return dialog


def _suffix(kind: str) -> str:
    found = re.search(r"\*\.(\w+)", kind)
    return found[1] if found else "zip"


def _file_name(title: str) -> str:
    """Make a name that every system takes out of a title."""
    name = re.sub(r"[^\w \-]", "", title).strip()[:LONGEST_NAME].strip()
    return f"{name or 'chat'}.zip"
