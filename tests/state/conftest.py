from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings

from perhaps.state.session import Session
from tests.state.builders import PAIR, a_model
from tests.state.scripted_link import ScriptedLink

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def link(qapp) -> ScriptedLink:
    return ScriptedLink()


@pytest.fixture
def session(link: ScriptedLink, store: QSettings) -> Session:
    """A session whose model is loaded."""
    session = Session(link, store)
    session.engine.load(PAIR)
    link.model_loaded.emit(a_model())
    return session
