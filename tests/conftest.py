"""What every test gets: no screen, a home of its own, and no leftovers or unexpected warnings."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

if "PERHAPS_TEST_DISPLAY" not in os.environ:
    # Before the first import of Qt.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

LEFTOVER_SECONDS = 2.0
GARBAGE = 50_000
"""New objects that are worth a look."""
HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gpu", action="store_true", help="fail where there is no GPU to test")
    parser.addoption("--slow", action="store_true", help="run tests that take minutes, too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_warnings: logs warnings on purpose")
    # A busy machine is slow now and then; that is no fault of an example.
    hypothesis.settings.register_profile("perhaps", deadline=None)
    hypothesis.settings.load_profile("perhaps")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --slow"))


@pytest.fixture(autouse=True)
def collect_here_only() -> Iterator[None]:
    """Collect garbage between tests: amid one it may run in a thread where no widget may end."""
    gc.disable()
    yield
    if gc.get_count()[0] >= GARBAGE:
        gc.collect()


class PatientBot(QtBot):
    """A busy machine is slow now and then; that is no fault of a window."""

    def waitUntil(  # noqa: N802 - Qt's spelling
        self, callback: Callable[[], bool | None], *, timeout: int = 30_000
    ) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """Wait longer than pytest-qt's own."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep tests away from the settings, logs and models of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in HOMES.items():
        monkeypatch.setenv(name, str(home / folder))
    return home


@pytest.fixture(autouse=True)
def fail_on_warnings(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs a warning or worse, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    loud = [
        f"{record.name}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    if loud:
        pytest.fail("unexpected log records:\n" + "\n".join(loud))


@pytest.fixture(autouse=True)
def fail_on_leftovers() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind."""
    before = _running()
    yield
    if not _becomes_true(lambda: not _running() - before):
        names = [getattr(each, "name", type(each).__name__) for each in _running() - before]
        pytest.fail(f"still running: {', '.join(names)}")


def _running() -> set[object]:
    """Threads of Python and Qt that nobody but a test can end, and child processes."""
    threads = {thread for thread in threading.enumerate() if not thread.daemon}
    return threads | set(multiprocessing.active_children()) | _running_qthreads()


def _running_qthreads() -> set[object]:
    if "PySide6.QtCore" not in sys.modules:
        return set()
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    # Python subclasses only: the main thread's own QThread always runs.
    return {
        thread
        for thread in gc.get_objects()
        if issubclass(type(thread), QThread)
        and type(thread) is not QThread
        and isValid(thread)
        and thread.isRunning()
    }


def _becomes_true(condition: Callable[[], bool], seconds: float = LEFTOVER_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
