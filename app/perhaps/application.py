"""The composition root of the window: the only file that sees every layer."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QSettings, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from perhaps import __version__
from perhaps.crash_reports import CrashReports
from perhaps.first_instance import FirstInstance
from perhaps.inference.worker import EngineWorker
from perhaps.markdown.warm_up import warm_up_aside
from perhaps.paths import data_path, engine_log_path, resources_path, starter_pair
from perhaps.state.archive_link import ArchiveWorker
from perhaps.state.quiet_garbage import QuietGarbage
from perhaps.state.session import Session
from perhaps.views.icons import window_icon
from perhaps.views.main_window import MainWindow
from perhaps.views.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from perhaps.inference.protocol import ModelPair

log = logging.getLogger(__name__)

WARM_UP_DELAY_MS = 1000


def open_window(pictures: Sequence[str] = (), pair: ModelPair | None = None) -> int:
    """Open the window with pictures attached; without a pair the starter answers.

    Returns the exit status when the window is closed.
    """
    app = _application()
    instance = _made_instance()
    if not instance.claim():
        return _call_first(instance, pictures)
    starter = starter_pair()
    worker = EngineWorker()
    archive = ArchiveWorker(data_path() / "archive")
    session = Session(worker, QSettings(), app, archive)
    theme = Theme(app, session.settings, resources_path() / "themes")
    window = MainWindow(session, theme, resources_path(), starter)
    restore_hook = _tell_errors_to(window.say)
    crashes = CrashReports(data_path() / "crashes", engine_log_path())
    if report := crashes.begin():
        window.tell_crash(report)
    session.engine.lost.connect(
        lambda failure: window.tell_engine_crash(crashes.note_engine_lost(failure.message))
    )
    # Whoever ends the session of the desktop asks like this; it is no crash.
    signal.signal(signal.SIGTERM, lambda *_: window.close_now())
    for path in pictures:
        session.attachments.add_path(path)
    instance.called.connect(lambda paths: _answer_call(window, session, paths))
    window.show()
    garbage = QuietGarbage(session)
    # Once the first frame is on the screen, so that nothing delays it.
    QTimer.singleShot(0, lambda: _start(worker, archive, session, pair or starter))
    try:
        return app.exec()
    finally:
        restore_hook()
        garbage.end()
        session.close()
        worker.close()
        closed = archive.close()
        if not closed:
            log.error("the archive did not close in time")
        crashes.end(closed=closed)
        instance.release()


def _made_instance() -> FirstInstance:
    # Where the folder cannot be made, the archive tells so in the window.
    with suppress(OSError):
        data_path().mkdir(parents=True, exist_ok=True, mode=0o700)
    return FirstInstance(data_path())


def _call_first(instance: FirstInstance, pictures: Sequence[str]) -> int:
    if instance.call([str(Path(path).absolute()) for path in pictures]):
        return 0
    sys.stderr.write("Perhaps runs already and does not answer: end it, then start it again.\n")
    return 1


def _answer_call(window: MainWindow, session: Session, pictures: Sequence[str]) -> None:
    for path in pictures:
        session.attachments.add_path(path)
    window.come_forward()


def _application() -> QApplication:
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Perhaps")
    app.setOrganizationName("Perhaps")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("org.perhaps.Perhaps")
    app.setWindowIcon(window_icon())
    app.setStyle("Fusion")
    _translate(app)
    return app


def _translate(app: QApplication) -> None:
    translator = QTranslator(app)
    folder = str(resources_path() / "translations")
    if translator.load(QLocale(), "perhaps", "_", folder):
        QCoreApplication.installTranslator(translator)


def _start(
    worker: EngineWorker, archive: ArchiveWorker, session: Session, pair: ModelPair | None
) -> None:
    worker.start()
    archive.start()
    # Its thread would hold up the list of chats.
    QTimer.singleShot(WARM_UP_DELAY_MS, warm_up_aside)
    if pair is not None:
        session.engine.load(pair)


def _tell_errors_to(say: Callable[[str], None]) -> Callable[[], None]:
    """Show what nobody caught as one sentence and keep running; gives the way back."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("uncaught", exc_info=(kind, error, trace))
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        sentence = QCoreApplication.translate(
            "Application", "Something went wrong in the window ({name}); it goes on."
        )
        say(sentence.format(name=kind.__name__))

    def restore() -> None:
        sys.excepthook = before

    sys.excepthook = tell
    return restore
