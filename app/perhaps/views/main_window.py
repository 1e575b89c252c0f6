"""The main window: sidebar, chat, inspector, status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from perhaps.views.about_dialog import AboutDialog
from perhaps.views.actions import WindowActions
from perhaps.views.chat_page import ChatPage
from perhaps.views.closing import Closing
from perhaps.views.crash_notice import CrashNotice
from perhaps.views.drop_curtain import DropCurtain
from perhaps.views.dropped_pictures import has_pictures
from perhaps.views.exchange_menu import ExchangeMenu
from perhaps.views.export_menu import ExportMenu
from perhaps.views.inquiries import Inquiries
from perhaps.views.inspector import WIDTH as INSPECTOR_WIDTH
from perhaps.views.inspector import Inspector
from perhaps.views.keys_dialog import KeysDialog
from perhaps.views.open_model_dialog import OpenModelDialog
from perhaps.views.samples import load_samples
from perhaps.views.sidebar import Sidebar
from perhaps.views.status_line import StatusLine
from perhaps.views.tint_menu import TintMenu
from perhaps.views.turn_keys import add_turn_keys
from perhaps.views.welcome import Welcome

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QKeyEvent,
        QResizeEvent,
    )

    from perhaps.inference.protocol import ModelPair
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

SIDEBAR_NEEDS = 77
"""Width in sizes of the text below which the chats give way to the chat."""
INSPECTOR_NEEDS = 50
"""Likewise of the inspector; a person can still call it."""


class MainWindow(QMainWindow):
    """Puts the parts together and takes keys and drops for all of them."""

    closed = Signal()

    def __init__(
        self, session: Session, theme: Theme, resources: Path, starter: ModelPair | None
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Perhaps")
        self.setAcceptDrops(True)
        self.setMinimumSize(800, 540)
        self._session = session
        self._theme = theme
        self._resources = resources
        self._starter = starter
        self._wants_inspector = self._inspector_fits = True
        self._closing = Closing(session, self)
        self._actions = WindowActions(self, session.settings)
        self._inquiries = Inquiries(session, theme, self)
        self._make_parts()
        self._arrange()
        self._add_actions()
        self._follow_session()
        self._restore_geometry()
        # Only now that everything is in the window, as moving a widget takes its focus away.
        self.page.composer.edit.setFocus()

    def say(self, sentence: str) -> None:
        """Tell one sentence above the composer."""
        self.page.notice.say(sentence)

    def tell_crash(self, report: str) -> None:
        """Tell that the run before crashed, and offer what is left of it."""
        sentence = self.tr(
            "Perhaps did not end as it should last time. Your chats are kept; what was written in "
            "the last moment may be missing."
        )
        self.page.add_notice(CrashNotice("crashNotice", sentence, report, self._theme))

    def tell_engine_crash(self, report: str) -> None:
        """Tell that the engine crashed, and offer what is left of it; of several, the last one."""
        sentence = self.tr("The engine ended unexpectedly: what it wrote last is kept.")
        for before in self.findChildren(CrashNotice, "engineCrashNotice"):
            before.deleteLater()
        self.page.add_notice(CrashNotice("engineCrashNotice", sentence, report, self._theme))

    def come_forward(self) -> None:
        """Show the window before all others, as somebody called for it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_now(self) -> None:
        """Close without a question, and without waiting."""
        self._closing.close_now()

    def open_model(self) -> None:
        """Ask for a model and its projector."""
        dialog = OpenModelDialog(self._session.link, self._session.engine, self)
        dialog.load_requested.connect(self._session.engine.load)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def load_starter(self) -> None:
        """Load the bundled model, where it is installed."""
        if self._starter is not None:
            self._session.engine.load(self._starter)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures anywhere."""
        if has_pictures(event.mimeData()):
            event.acceptProposedAction()
            self._curtain.lift()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Give the view back."""
        self._curtain.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped to the question."""
        self._curtain.hide()
        if self.page.composer.attach(event.mimeData()):
            event.acceptProposedAction()
        else:
            self.say(self.tr("There is no picture in what was dropped: save it to a file first."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets the chosen token go, then stops; what is typed beside the field goes into it."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif _writes(event) and not self.page.composer.edit.hasFocus():
            self.page.composer.edit.setFocus()
            QCoreApplication.sendEvent(self.page.composer.edit, event)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the chat room before the list of chats and the inspector."""
        super().resizeEvent(event)
        room = self.width() / self._theme.text_size
        self.sidebar.setVisible(room >= SIDEBAR_NEEDS)
        fits = room >= INSPECTOR_NEEDS
        if fits != self._inspector_fits:
            self._inspector_fits = fits
            self.inspector.setVisible(fits and self._wants_inspector)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the place of the window, then let the program end; nothing is lost unasked."""
        if not self._closing.may_close():
            event.ignore()
            return
        self._session.settings.store.setValue("window/geometry", self.saveGeometry())
        self.closed.emit()
        super().closeEvent(event)

    def _make_parts(self) -> None:
        has_starter = self._starter is not None
        samples = load_samples(self._resources / "samples")
        welcome = Welcome(samples, has_starter=has_starter)
        self.sidebar = Sidebar(self._session, self._theme)
        self._export = ExportMenu(self._session, self._theme, self)
        self._export.said.connect(self.say)
        self.page = ChatPage(self._session, self._theme, welcome, self._actions.menu)
        self.inspector = Inspector(self._session, self._theme)
        self.inspector.settings.undo_offered.connect(self.page.undo.offer)
        self._inquiries.refused.connect(self.say)
        self._inquiries.use_inspector(self.inspector, self._call_inspector)
        self.inspector.probabilities.offer(self._export)
        self.status = StatusLine(self._session, self._theme, has_starter=has_starter)
        self.sidebar.new_chat_requested.connect(self._new_chat)
        self.sidebar.open_requested.connect(self.page.open_chat)
        self.sidebar.deletion_requested.connect(self.page.delete_chat)
        self.sidebar.pictures_dropped.connect(self.page.take_pictures)
        self.sidebar.left.connect(self._leave_sidebar)
        self.page.open_model_requested.connect(self.open_model)
        self.page.header.inspector.clicked.connect(self._toggle_inspector)
        self.status.open_model_requested.connect(self.open_model)
        self.status.starter_requested.connect(self.load_starter)
        self.status.notes_requested.connect(self.page.show_notes)

    def _arrange(self) -> None:
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self.page)
        self._splitter.addWidget(self.inspector)
        self._splitter.setCollapsible(0, False)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([900, round(INSPECTOR_WIDTH * self._theme.text_size)])
        row.addWidget(self.sidebar)
        row.addWidget(self._splitter, 1)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)
        self._curtain = DropCurtain(self.page)

    def _add_actions(self) -> None:
        add, menu = self._actions.add, self._actions.menu
        add("newChatAction", self.tr("New chat"), "Ctrl+N", self._new_chat)
        add("openModelAction", self.tr("Open model…"), "Ctrl+O", self.open_model)
        add("searchAction", self.tr("Search"), "Ctrl+K", self.sidebar.begin_search)
        choose = self.page.composer.choose_pictures
        add("addPicturesAction", self.tr("Add pictures…"), "Ctrl+U", choose)
        regenerate = self._session.regenerate
        self._again = add("regenerateAction", self.tr("Answer again"), "Ctrl+R", regenerate)
        choices = self._inquiries.ask_choices
        add("choicesAction", self.tr("How sure is it?"), "Ctrl+Y", choices)
        evidence = self._inquiries.ask_evidence
        add("evidenceAction", self.tr("Where did it look?"), "Ctrl+L", evidence)
        comparison = self._inquiries.ask_comparison
        add("compareAction", self.tr("Compare versions"), "Ctrl+B", comparison)
        menu.addMenu(self._export)
        menu.addSeparator()
        add("inspectorAction", self.tr("Inspector"), "Ctrl+I", self._toggle_inspector)
        add("formAction", self.tr("Formatted or tokens"), "Ctrl+T", self._change_form)
        add("settingsAction", self.tr("Settings"), "Ctrl+,", self._show_settings)
        names = (self.tr("As the system"), self.tr("Light"), self.tr("Dark"))
        self._actions.add_themes(self.tr("Appearance"), names)
        menu.addMenu(TintMenu(self._session.selection.lens, self))
        add("exactTokensAction", self.tr("Exact tokens"), "Ctrl+Shift+T", self._toggle_exact)
        menu.addSeparator()
        exchange = ExchangeMenu(self._session, self._theme, menu, self)
        self.sidebar.list.deletions_requested.connect(exchange.show_deleted)
        menu.addSeparator()
        add("keysAction", self.tr("Keys"), "F1", lambda: KeysDialog(self).exec())
        add("aboutAction", self.tr("About Perhaps"), "", self._show_about)
        add("quitAction", self.tr("Quit"), "Ctrl+Q", self.close)
        add_turn_keys(self._actions, self.page.chat)
        back, forth = self.tr("Earlier answer"), self.tr("Later answer")
        self._actions.add_key("earlierAction", back, "Alt+Left", lambda: self._show_version(-1))
        self._actions.add_key("laterAction", forth, "Alt+Right", lambda: self._show_version(1))

    def _follow_session(self) -> None:
        session = self._session
        for changed in (
            session.answering_changed,
            session.conversation_changed,
            session.engine.changed,
        ):
            changed.connect(self._on_session_changed)
        self._on_session_changed()

    def _on_session_changed(self) -> None:
        self._again.setEnabled(self._session.can_regenerate)

    def _restore_geometry(self) -> None:
        geometry = self._session.settings.store.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1320, 840)

    def _escape(self) -> None:
        selection = self._session.selection
        if selection.pinned is not None or selection.hovered is not None:
            selection.pin(None)
        elif self._session.pending:
            self._session.forget_pending()
        elif not self._session.stop():
            self.page.composer.edit.setFocus()

    def _new_chat(self) -> None:
        self._session.new_chat()
        self.page.composer.edit.setFocus()

    def _call_inspector(self) -> None:
        self._wants_inspector = True
        self.inspector.show()

    def _leave_sidebar(self) -> None:
        self.sidebar.setVisible(self.width() / self._theme.text_size >= SIDEBAR_NEEDS)
        self.page.composer.edit.setFocus()

    def _toggle_inspector(self) -> None:
        self._wants_inspector = not self.inspector.isVisible()
        self.inspector.setVisible(self._wants_inspector)

    def _change_form(self) -> None:
        self._session.settings.formatted = not self._session.settings.formatted

    def _toggle_exact(self) -> None:
        lens = self._session.selection.lens
        lens.exact = not lens.exact

    def _show_settings(self) -> None:
        self._call_inspector()
        self.inspector.show_settings()

    def _show_version(self, offset: int) -> None:
        self.page.chat.show_neighbour(offset)

    def _show_about(self) -> None:
        AboutDialog(self._resources / "licenses", self._theme, self).exec()


def _writes(event: QKeyEvent) -> bool:
    """Tell whether a key puts a character into a text, alone or with Shift."""
    usual = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    return bool(text.strip()) and text.isprintable() and not event.modifiers() & ~usual
