from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from perhaps.inference.worker import EngineWorker
from perhaps.paths import resources_path
from perhaps.state.session import Session
from perhaps.state.settings import Settings
from perhaps.views.main_window import MainWindow
from perhaps.views.theme import Theme
from tests.helpers.fake_engine import FakeEngine, in_thread
from tests.state.builders import PAIR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget

    from perhaps.state.archive_link import ArchiveLink


@dataclass
class Desk:
    """A window with a scripted engine behind it."""

    window: MainWindow
    session: Session
    engine: FakeEngine
    theme: Theme
    qtbot: QtBot

    def find(self, kind: type[QWidget], name: str) -> QWidget:
        """The last visible widget of a name, once it is laid out."""

        def found() -> list[QWidget]:
            return [w for w in self.window.findChildren(kind, name) if w.isVisible()]

        self.qtbot.waitUntil(lambda: bool(found()))
        return found()[-1]

    def wait_ready(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.engine.info is not None)

    def wait_idle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.session.answering)

    def press(
        self,
        key: Qt.Key,
        widget: QWidget | None = None,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press a key, in the question's field unless told otherwise."""
        self.qtbot.keyClick(widget or self.window.page.composer.edit, key, modifier)

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        edit = self.window.page.composer.edit
        edit.setPlainText(question)
        self.qtbot.keyClick(edit, "\r")
        self.qtbot.waitUntil(lambda: self.session.last_answer is not None)


@pytest.fixture
def theme(qapp: QApplication, tmp_path: Path) -> Iterator[Theme]:
    """The light theme.

    The style sheet stays on the application: once it is taken off, Qt forgets which widgets it
    was told of, does not hear of their end, and crashes when the next sheet is put on.
    """
    palette = qapp.palette()
    settings = Settings(QSettings(str(tmp_path / "theme.ini"), QSettings.Format.IniFormat))
    settings.theme = "light"
    yield Theme(qapp, settings, resources_path() / "themes")
    qapp.setPalette(palette)


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Open windows, and close them and their engines in the end."""
    workers: list[EngineWorker] = []
    palette = qapp.palette()

    def open_one(
        engine: FakeEngine | None = None, *, load: bool = True, archive: ArchiveLink | None = None
    ) -> Desk:
        engine = engine or FakeEngine()
        worker = EngineWorker(spawn=in_thread(engine))
        workers.append(worker)
        store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        session = Session(worker, store, worker, archive)
        session.settings.theme = "light"
        theme = Theme(qapp, session.settings, resources_path() / "themes")
        window = MainWindow(session, theme, resources_path(), PAIR)
        qtbot.addWidget(window)
        window.resize(1300, 800)
        window.show()
        qtbot.waitExposed(window)
        worker.start()
        desk = Desk(window, session, engine, theme, qtbot)
        if load:
            session.engine.load(PAIR)
            desk.wait_ready()
        return desk

    yield open_one
    for worker in workers:
        worker.close()
        assert worker.isFinished()
    qapp.setPalette(palette)


@pytest.fixture
def desk(open_window: Callable[..., Desk]) -> Desk:
    """A window whose model is loaded."""
    return open_window()


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing of ours on the clipboard: without a screen it outlives Python, and crashes."""
    yield
    qapp.clipboard().clear()
