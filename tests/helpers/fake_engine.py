"""An engine that says what a test tells it to, in this process or in a real engine host."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any

from perhaps.errors import LoadCancelledError, ModelError, StoppedError
from perhaps.imaging import read_image
from perhaps.inference.client import Deliver, EngineClient, HostProcess, Spawn
from perhaps.inference.host import run_host, serve
from perhaps.inference.protocol import (
    AnswerScore,
    DeviceInfo,
    FinishReason,
    LoadOptions,
    LoadProgress,
    LoadStage,
    ModelInfo,
    ModelPair,
    PairReport,
    Picture,
    PictureCost,
    Request,
    RunEvent,
    RunFinished,
    RunStage,
    Statistics,
    Tile,
    TileScore,
    Timings,
    Usage,
)
from tests.helpers.scripts import (
    AnswerScript,
    LoadScript,
    ScoreScript,
    answer_score,
    answer_script,
    good_report,
    model_info,
    statistics,
    tile_score,
    token_step,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

__all__ = [
    "AnswerScript",
    "FakeEngine",
    "LoadScript",
    "ScoreScript",
    "answer_script",
    "host_main_fake",
    "in_child",
    "in_thread",
    "token_step",
]

FOREVER = 10_000.0
PROCESSOR = DeviceInfo("CPU", "Scripted processor", "CPU", "cpu", 8 * 2**30, 16 * 2**30)
GPU = DeviceInfo("Vulkan0", "Scripted GPU", "Vulkan", "gpu", 4 * 2**30, 6 * 2**30)


@dataclass
class FakeEngine:
    """Fulfils `protocol.Engine` by its scripts; the last answer and load script repeat."""

    answers: Sequence[AnswerScript] = (answer_script("Perhaps a red apple."),)
    loads: Sequence[LoadScript] = (LoadScript(),)
    scores: Sequence[ScoreScript] = (ScoreScript(),)
    check_report: PairReport | Exception | None = None
    """None for a report that the pair is fine."""
    picture_error: Exception | None = None
    picture_dies_of: signal.Signals | None = None
    unload_delay: float = 0.0
    machine: tuple[DeviceInfo, ...] = (PROCESSOR,)
    placement: dict[str, Any] = field(default_factory=dict)
    """What is different from a model on the CPU of a machine without a GPU."""
    options: list[LoadOptions] = field(default_factory=list)
    """That loadings were asked for with, oldest first."""
    sees: bool = True
    needs_model: bool = True

    requests: list[Request] = field(default_factory=list)
    """What was asked, oldest first."""
    preparations: list[Request] = field(default_factory=list)
    """Requests that only prepare."""
    scored: list[tuple[Request, tuple[str, ...]]] = field(default_factory=list)
    """Requests with the answers to score, oldest first."""
    covered: list[tuple[Request, str, tuple[Tile | None, ...]]] = field(default_factory=list)
    """Requests with the picture and the tiles to cover, oldest first."""
    loaded: list[ModelPair] = field(default_factory=list)
    """Pairs that were asked for, oldest first."""
    checked: list[ModelPair] = field(default_factory=list)
    sources: list[str | bytes] = field(default_factory=list)
    """Pictures that were asked for."""
    runs: list[FakeRun] = field(default_factory=list)
    info: ModelInfo | None = None
    """Of the model that is loaded now."""
    unloads: int = 0

    def __post_init__(self) -> None:
        self._cancelled = threading.Event()
        self._answers = _repeat_last(self.answers)
        self._loads = _repeat_last(self.loads)
        self._scores = _repeat_last(self.scores)

    def check(self, pair: ModelPair, options: LoadOptions) -> PairReport:
        self.checked.append(pair)
        if isinstance(self.check_report, Exception):
            raise self.check_report
        return self.check_report or good_report(options.device)

    def load(
        self,
        pair: ModelPair,
        options: LoadOptions,
        on_progress: Callable[[LoadProgress], None],
    ) -> ModelInfo:
        script = next(self._loads)
        self.loaded.append(pair)
        self.options.append(options)
        threading.Event().wait(script.deaf)
        self._cancelled.clear()
        self.info = None
        for i in range(script.stages):
            on_progress(LoadProgress(LoadStage.model, i / script.stages))
            self._wait_for_stage(script)
        _die(script.dies_of)
        if script.error:
            raise script.error
        on_progress(LoadProgress(LoadStage.warm_up, 1.0))
        self.info = replace(model_info(pair, sees=self.sees), **self.placement)
        return self.info

    def _wait_for_stage(self, script: LoadScript) -> None:
        if script.ignores_cancel:
            threading.Event().wait(script.delay)
        elif self._cancelled.wait(script.delay):
            raise LoadCancelledError("Loading was stopped.")

    def cancel_load(self) -> None:
        self._cancelled.set()

    def unload(self) -> None:
        self.unloads += 1
        threading.Event().wait(self.unload_delay)
        self.info = None

    def read_picture(self, source: str | bytes) -> Picture:
        self.sources.append(source)
        _die(self.picture_dies_of)
        if self.picture_error:
            raise self.picture_error
        cost = PictureCost(tokens=256, tiles=1) if self.sees else None
        return Picture(read_image(source), cost)

    def generate(self, request: Request) -> FakeRun:
        (self.preparations if request.prepare_only else self.requests).append(request)
        if self.needs_model and self.info is None:
            raise ModelError("No model is loaded; choose one and ask again.")
        script = AnswerScript() if request.prepare_only else next(self._answers)
        if script.refusal:
            raise script.refusal
        run = FakeRun(script, request)
        if not request.prepare_only:
            self.runs.append(run)
        return run

    def statistics(self) -> Statistics:
        if self.info is None:
            raise ModelError("No model is loaded; choose one and ask again.")
        return statistics(answers=len(self.runs))

    def score(self, request: Request, answers: tuple[str, ...]) -> FakeScoring:
        self.scored.append((request, answers))
        script = next(self._scores)
        if script.refusal:
            raise script.refusal
        return FakeScoring(script, answers)

    def cover(self, request: Request, picture: str, tiles: tuple[Tile | None, ...]) -> FakeCovering:
        self.covered.append((request, picture, tiles))
        script = next(self._scores)
        if script.refusal:
            raise script.refusal
        return FakeCovering(script, len(request.forced_tokens), tiles)

    def devices(self) -> tuple[DeviceInfo, ...]:
        return self.machine


class FakeRun:
    """Fulfils `protocol.Run`."""

    def __init__(self, script: AnswerScript, request: Request) -> None:
        self.script = script
        self.request = request
        self.stopped = threading.Event()
        self._stage = RunStage.queued
        self._told = 0

    def stop(self) -> None:
        self.stopped.set()

    def __iter__(self) -> Iterator[RunEvent]:
        if self.request.prepare_only:
            yield self._finished(FinishReason.prepared)
            return
        for progress in self.script.progress:
            self._stage = progress.stage
            yield progress
        for step in self.script.steps[: self.request.max_tokens]:
            if self._waits(self.script.delay):
                yield self._cancelled()
                return
            self._stage = RunStage.decode
            self._told += 1
            yield step
        _die(self.script.dies_of)
        if self.script.error:
            raise self.script.error
        if self.script.blocks and self._waits(FOREVER):
            yield self._cancelled()
            return
        yield self._finished(self._reason())

    def in_batches(self, pause: float) -> Iterator[tuple[RunEvent, ...]]:
        yield from ((event,) for event in self)

    def _waits(self, seconds: float) -> bool:
        """Whether it was stopped meanwhile."""
        if self.script.ignores_stop:
            threading.Event().wait(seconds)
            return False
        return self.stopped.wait(seconds) if seconds else self.stopped.is_set()

    def _reason(self) -> FinishReason:
        cut = len(self.script.steps) > self.request.max_tokens
        return FinishReason.length if cut else self.script.finish

    def _cancelled(self) -> RunFinished:
        return self._finished(FinishReason.cancelled, stopped_in=self._stage)

    def _finished(self, reason: FinishReason, stopped_in: RunStage | None = None) -> RunFinished:
        return RunFinished(
            reason,
            stopped_in=stopped_in,
            timings=Timings(text_prefill=12.0, first_token=20.0, generate=5.0 * self._told),
            usage=Usage(prompt_tokens=24, generated_tokens=self._told),
            seed=7 if self.request.seed is None else self.request.seed,
        )


class FakeScoring:
    """Fulfils `protocol.Scoring`."""

    def __init__(self, script: ScoreScript, answers: tuple[str, ...]) -> None:
        self.script = script
        self.answers = answers
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.stopped.set()

    def __iter__(self) -> Iterator[AnswerScore]:
        _die(self.script.dies_of)
        if self.script.error:
            raise self.script.error
        if self.script.blocks:
            self._wait()
            raise StoppedError("Scoring was stopped.")
        yield from map(answer_score, self.answers)

    def _wait(self) -> None:
        forever = threading.Event() if self.script.ignores_stop else self.stopped
        forever.wait(FOREVER)


class FakeCovering(FakeScoring):
    """Fulfils `protocol.Covering`."""

    def __init__(self, script: ScoreScript, tokens: int, tiles: tuple[Tile | None, ...]) -> None:
        super().__init__(script, ())
        self.tokens = tokens
        self.tiles = tiles

    def __iter__(self) -> Iterator[TileScore]:
        yield from super().__iter__()
        for tile in self.tiles:
            if self.stopped.wait(self.script.delay):
                raise StoppedError("Scoring was stopped.")
            yield tile_score(tile, self.tokens)


def _repeat_last(scripts: Sequence) -> Iterator:
    return itertools.chain(scripts, itertools.repeat(scripts[-1]))


def _die(number: signal.Signals | None) -> None:
    if number is not None:
        os.kill(os.getpid(), number)
        threading.Event().wait(FOREVER)


class ThreadHost:
    """An engine host in a thread, behind a real pipe."""

    pid = None

    def __init__(self, engine: FakeEngine) -> None:
        self.connection, self._theirs = Pipe()
        self._thread = threading.Thread(target=self._serve, args=[engine], daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def kill(self) -> None:
        """End the pipe under it, as the death of a process does."""
        with socket.socket(fileno=os.dup(self.connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
        self._thread.join(1.0)

    def ending(self) -> str:
        return "its thread ended"

    def _serve(self, engine: FakeEngine) -> None:
        serve(self._theirs, engine)
        self._theirs.close()


def in_thread(engine: FakeEngine) -> Spawn:
    """Serve an engine that the test can look at; `spawn=in_thread(engine)` for a worker."""

    def spawn(deliver: Deliver) -> EngineClient:
        return EngineClient(ThreadHost(engine), deliver)

    return spawn


def in_child(log_path: Path, **scripts: object) -> Spawn:
    """Serve a `FakeEngine(**scripts)` in a real child process, which a test may kill."""
    target = partial(host_main_fake, scripts=scripts)

    def spawn(deliver: Deliver) -> EngineClient:
        return EngineClient(HostProcess(target, log_path), deliver)

    return spawn


def host_main_fake(
    connection: Connection, log_path: Path, scripts: dict[str, object] | None = None
) -> None:
    """Run as the child process, with a `FakeEngine(**scripts)`."""
    run_host(connection, log_path, partial(FakeEngine, **(scripts or {})))
