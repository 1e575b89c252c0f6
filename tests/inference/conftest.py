from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from perhaps.inference.supervision.reports import Deadlines
from perhaps.inference.worker import EngineWorker
from tests.helpers.worker_desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from perhaps.inference.client import Spawn


@pytest.fixture
def open_desk(qtbot) -> Iterator[Callable[..., Desk]]:
    """Make started workers, and close them in the end."""
    desks: list[Desk] = []

    def open_one(
        spawn: Spawn, *, spawn_without_gpu: Spawn | None = None, **deadlines: float
    ) -> Desk:
        limits = Deadlines(**deadlines)
        worker = EngineWorker(spawn=spawn, spawn_without_gpu=spawn_without_gpu, deadlines=limits)
        desk = Desk(worker, qtbot)
        desks.append(desk)
        desk.worker.start()
        return desk

    yield open_one
    for desk in desks:
        desk.worker.close()
        assert desk.worker.isFinished()


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "engine.log"
