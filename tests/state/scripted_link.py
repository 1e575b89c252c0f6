"""A link that remembers what was asked and says only what the test makes it say."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from perhaps.inference.protocol import LoadOptions, ModelPair, Picture, Request, Tile


class ScriptedLink(QObject):
    host_started = Signal()
    host_lost = Signal(object)
    load_progressed = Signal(object)
    model_loaded = Signal(object)
    load_failed = Signal(object)
    model_unloaded = Signal()
    pair_checked = Signal(object)
    picture_read = Signal(int, object)
    picture_refused = Signal(int, object)
    run_advanced = Signal(int, object)
    statistics_told = Signal(object)
    scored = Signal(int, object)
    tile_scored = Signal(int, object)
    score_failed = Signal(int, object)
    devices_listed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[ModelPair] = []
        self.load_options: list[LoadOptions] = []
        self.checks: list[ModelPair] = []
        self.sources: dict[int, str | bytes] = {}
        self.requests: dict[int, Request] = {}
        self.preparations: dict[int, Request] = {}
        self.scored_answers: dict[int, tuple[Request, tuple[str, ...]]] = {}
        self.covers: dict[int, tuple[Request, str, tuple[Tile | None, ...]]] = {}
        self.stopped: list[int] = []
        self.cancelled_loads = 0
        self._numbers = itertools.count(1)

    def load(self, pair: ModelPair, options: LoadOptions) -> None:
        self.loads.append(pair)
        self.load_options.append(options)

    def list_devices(self) -> None:
        pass

    def cancel_load(self) -> None:
        self.cancelled_loads += 1

    def unload(self) -> None:
        self.model_unloaded.emit()

    def check(self, pair: ModelPair, _options: LoadOptions) -> None:
        self.checks.append(pair)

    def read_picture(self, source: str | bytes) -> int:
        ticket = next(self._numbers)
        self.sources[ticket] = source
        return ticket

    def generate(self, request: Request) -> int:
        run_id = next(self._numbers)
        asked = self.preparations if request.prepare_only else self.requests
        asked[run_id] = request
        return run_id

    def score(self, request: Request, answers: tuple[str, ...]) -> int:
        run_id = next(self._numbers)
        self.scored_answers[run_id] = (request, answers)
        return run_id

    def cover(self, request: Request, picture: str, tiles: tuple[Tile | None, ...]) -> int:
        run_id = next(self._numbers)
        self.covers[run_id] = (request, picture, tiles)
        return run_id

    def stop(self, run_id: int) -> None:
        self.stopped.append(run_id)

    def finish_reading(self, picture: Picture) -> None:
        for ticket in self.sources:
            self.picture_read.emit(ticket, picture)

    @property
    def last_run(self) -> int:
        return max(self.requests)
