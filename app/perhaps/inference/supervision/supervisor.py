"""Keeps an engine host at work: starts it, loads, and decides what follows when it is lost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from perhaps.errors import EngineLostError, LoadCancelledError, ModelError, PerhapsError
from perhaps.inference.client import HostLost
from perhaps.inference.pipe import commands, events
from perhaps.inference.pipe.wire import WireError
from perhaps.inference.protocol import Failure, LoadOptions, ModelPair, Request, Tile
from perhaps.inference.supervision.answers import Answers
from perhaps.inference.supervision.errands import Errands
from perhaps.inference.supervision.held_pictures import HeldPictures
from perhaps.inference.supervision.scorings import Scorings
from perhaps.inference.supervision.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.client import Deliver, EngineClient, Spawn
    from perhaps.inference.supervision.reports import Deadlines, Reports


EXIT_SECONDS = 0.5
"""A host whose pipe has ended is about to exit, and its exit tells why."""


@dataclass(frozen=True)
class _Plan:
    remedy: str
    start: bool = True
    load: tuple[ModelPair, LoadOptions] | None = None


@dataclass
class _Loading:
    number: int
    pair: ModelPair
    options: LoadOptions
    cancelled: bool = False

    @property
    def name(self) -> str:
        return PurePath(self.pair.model).name


class Supervisor:
    """Turns wishes into commands and events into reports; never waits, except for a kill.

    One thread calls everything; `deliver` brings what the host says back to
    that thread, which then calls `receive`.
    """

    def __init__(
        self,
        spawn: Spawn,
        deliver: Deliver,
        reports: Reports,
        deadlines: Deadlines,
        clock: Callable[[], float] = time.monotonic,
        *,
        spawn_without_gpu: Spawn | None = None,
    ) -> None:
        self.timers = Timers(clock)
        self.errands = Errands(self._send, reports)
        self._pictures = HeldPictures(self._send)
        common = (self._send, reports, self.timers, deadlines, self._pictures, self._stop_ignored)
        self._answers = Answers(*common)
        self._scorings = Scorings(*common)
        self._spawn = spawn
        self._spawn_without_gpu = spawn_without_gpu
        self._deliver = deliver
        self._reports = reports
        self._deadlines = deadlines
        self._clock = clock
        self._client: EngineClient | None = None
        self._ready = False
        self._loads = 0
        self._loading: _Loading | None = None
        self._loaded: tuple[ModelPair, LoadOptions] | None = None
        self._crashed_at = float("-inf")

    @property
    def pid(self) -> int | None:
        """The process id of the host, while there is one."""
        return self._client.pid if self._client else None

    # ------------------------------------------------------------ wishes

    def start(self) -> None:
        """Start a host, unless there is one."""
        try:
            self._client_at_work()
        except EngineLostError as error:
            self._reports.host_lost(_failure(EngineLostError, str(error)))

    def load(self, pair: ModelPair, options: LoadOptions) -> None:
        """Load a pair in place of the present one; the newest wish wins."""
        self._stop_all()
        if self._loading is not None:
            self._ask_to_cancel()
        self._begin_load(pair, options)

    def cancel_load(self) -> None:
        """Stop the loading."""
        if self._loading is not None:
            self._loading.cancelled = True
            self._ask_to_cancel()

    def unload(self) -> None:
        """Give the model's memory back."""
        self._stop_all()
        self.cancel_load()
        self._loaded = None
        if self._client is None:
            self._reports.model_unloaded()
            return
        self._send(commands.Unload())
        self.timers.set("unload", self._deadlines.unload, self._unload_ignored)

    def generate(self, run_id: int, request: Request) -> None:
        """Begin an answer."""
        if sentence := self._missing_model():
            self._answers.refuse(run_id, ModelError, sentence)
        else:
            self._answers.begin(run_id, request)

    def score(self, run_id: int, request: Request, answers: tuple[str, ...]) -> None:
        """Begin to tell how likely answers are."""
        if sentence := self._missing_model():
            self._scorings.refuse(run_id, ModelError, sentence)
        else:
            self._scorings.score(run_id, request, answers)

    def cover(
        self, run_id: int, request: Request, picture: str, tiles: tuple[Tile | None, ...]
    ) -> None:
        """Begin to tell what covering tiles of a picture does to an answer."""
        if sentence := self._missing_model():
            self._scorings.refuse(run_id, ModelError, sentence)
        else:
            self._scorings.cover(run_id, request, picture, tiles)

    def _missing_model(self) -> str:
        """Say why nothing can be asked; empty where something can."""
        if self._loaded is not None:
            return ""
        if self._loading is not None:
            return f"{self._loading.name} is still loading; ask again when it is ready."
        return "No model is loaded; choose one and ask again."

    def stop(self, run_id: int) -> None:
        """End an answer, whose words stay, or a scoring."""
        self._answers.stop(run_id)
        self._scorings.stop(run_id)

    def _stop_all(self) -> None:
        self._answers.stop_all()
        self._scorings.stop_all()

    def close(self) -> None:
        """End every run and the host."""
        self._answers.cancel_all()
        self._scorings.cancel_all()
        self.timers.clear_all()
        if self._client is not None:
            self._client.shut_down(self._deadlines.shut_down)
            self._client = None

    # ------------------------------------------------------------ what the host says

    def receive(self, client: EngineClient, event: events.AnyEvent | HostLost) -> None:
        """Take what a host says; of one that was given up, nothing counts any more."""
        if client is not self._client:
            return
        self.timers.clear("pong")
        self.timers.set("ping", self._deadlines.quiet, self._ping)
        match event:
            case HostLost():
                self._crashed(event.cause)
            case events.HostReady():
                self._ready = True
                self.timers.clear("start")
                self._reports.host_started()
            case events.LoadAdvanced() | events.Loaded() | events.LoadFailed():
                self._load_advanced(event)
            case events.Unloaded():
                if self.timers.clear("unload"):
                    self._reports.model_unloaded()
            case events.RunAdvanced() | events.PicturesMissing():
                self._run_advanced(event)
            case events.Scored() | events.TileScored() | events.ScoreFailed():
                if self._scorings.receive(event):
                    self._crashed_at = float("-inf")
            case events.StatisticsTold():
                self._reports.statistics_told(event.statistics)
            case events.Pong():
                pass
            case _:
                if isinstance(event, events.PictureRead):
                    self._pictures.note(event.block.key)
                self.errands.receive(event)

    def _run_advanced(self, event: events.RunAdvanced | events.PicturesMissing) -> None:
        if isinstance(event, events.PicturesMissing) and event.run_id in self._scorings:
            self._scorings.receive(event)
        elif self._answers.receive(event):
            self._crashed_at = float("-inf")

    def _load_advanced(
        self, event: events.LoadAdvanced | events.Loaded | events.LoadFailed
    ) -> None:
        if not isinstance(event, events.LoadAdvanced):
            self.timers.clear(("cancel", event.load_id))
        loading = self._loading
        if loading is None or event.load_id != loading.number:
            return
        match event:
            case events.LoadAdvanced():
                self._reports.load_progressed(event.progress)
            case events.Loaded():
                self._loading = None
                self._loaded = (loading.pair, loading.options)
                self._reports.model_loaded(event.info)
            case events.LoadFailed():
                self._loading = None
                self._reports.load_failed(event.failure)

    # ------------------------------------------------------------ commands

    def _client_at_work(self) -> EngineClient:
        if self._client is None:
            try:
                self._client = self._spawn(self._deliver)
            except OSError as error:
                raise EngineLostError(f"The engine cannot be started: {error}.") from error
            self._ready = False
            self.timers.set("start", self._deadlines.start, self._start_overdue)
        return self._client

    def _send(self, command: commands.Command) -> None:
        self._client_at_work().send(command)

    def _ping(self) -> None:
        if self._ready:
            self._send(commands.Ping())
            self.timers.set("pong", self._deadlines.pong, self._hung)

    def _begin_load(self, pair: ModelPair, options: LoadOptions) -> None:
        self._loads += 1
        self._loaded = None
        self._loading = _Loading(self._loads, pair, options)
        try:
            self._send(commands.Load(self._loads, pair, options))
        except EngineLostError as error:
            self._loading = None
            kind = ModelError if isinstance(error, WireError) else EngineLostError
            self._reports.load_failed(_failure(kind, str(error)))

    def _ask_to_cancel(self) -> None:
        if self._loading is not None:
            self._send(commands.CancelLoad())
            name = ("cancel", self._loading.number)
            if name not in self.timers:
                self.timers.set(name, self._deadlines.cancel_load, self._cancel_ignored)

    # ------------------------------------------------------------ when it fails

    def _crashed(self, cause: str) -> None:
        ending = self._end_host(0.0 if cause else EXIT_SECONDS)
        self._recover(cause or f"stopped unexpectedly ({ending})")

    def _hung(self) -> None:
        self._end_host()
        self._recover(f"did not answer for {self._deadlines.pong:g} seconds and was ended")

    def _start_overdue(self) -> None:
        self._end_host()
        self._recover(f"did not start within {self._deadlines.start:g} seconds and was ended")

    def _stop_ignored(self) -> None:
        self._end_host()
        sentence = f"did not stop within {self._deadlines.stop:g} seconds and was ended"
        # To be slow is no crash: the same model may well be stopped again soon.
        self._recover(sentence, crash=False)

    def _unload_ignored(self) -> None:
        self._end_host()
        self._reports.model_unloaded()
        sentence = f"did not unload within {self._deadlines.unload:g} seconds and was ended"
        self._recover(sentence, crash=False)

    def _cancel_ignored(self) -> None:
        self._end_host()
        loading, self._loading = self._loading, None
        sentence = "The engine was started again because it did not stop loading; try again."
        self._fail_all(sentence)
        if loading is not None and loading.cancelled:
            sentence = f"Loading {loading.name} was stopped."
            self._reports.load_failed(_failure(LoadCancelledError, sentence))
        self.start()
        if loading is not None and not loading.cancelled:
            self._begin_load(loading.pair, loading.options)

    def _end_host(self, grace: float = 0.0) -> str:
        client, self._client = self._client, None
        unloading = "unload" in self.timers
        self.timers.clear_all()
        ending = client.end(grace) if client is not None else ""
        if unloading:
            self._reports.model_unloaded()
        return ending

    def _recover(self, what: str, *, crash: bool = True) -> None:
        plan = self._plan_after_crash() if crash else self._plan_after_force()
        loading, self._loading = self._loading, None
        loaded, self._loaded = self._loaded, None
        sentence = f"The engine {what}; {plan.remedy}."
        self._fail_all(sentence, " What was written is kept; ask again.")
        self._reports.host_lost(_failure(EngineLostError, sentence))
        if loading is not None and plan.load is None:
            kind = LoadCancelledError if loading.cancelled else EngineLostError
            self._reports.load_failed(_failure(kind, sentence))
        elif loaded is not None and plan.load is None:
            self._reports.model_unloaded()
        if plan.start:
            self.start()
        if plan.load is not None:
            self._begin_load(*plan.load)

    def _fail_all(self, sentence: str, comfort: str = "") -> None:
        self._pictures.forget_all()
        self._answers.fail_all(sentence + comfort)
        self._scorings.fail_all(sentence)
        self.errands.fail_all(sentence)

    def _plan_after_crash(self) -> _Plan:
        now = self._clock()
        again = now - self._crashed_at < self._deadlines.crash_loop
        self._crashed_at = now
        if not self._ready and self._spawn_without_gpu is not None:
            return self._plan_without_gpu(self._spawn_without_gpu)
        if not self._ready:
            return _Plan("it starts again when it is needed; its log may tell why", start=False)
        if self._loading is not None:
            name = self._loading.name
            return _Plan(f"this was while it loaded {name}, which is not loaded again by itself")
        if again:
            return _Plan(
                "this was the second time in a row, so no model is loaded again by itself",
                start=self._loaded is not None,
            )
        return self._plan_to_go_on()

    def _plan_without_gpu(self, spawn: Spawn) -> _Plan:
        """What dies before it can be asked anything most likely died in the driver of a GPU."""
        self._spawn, self._spawn_without_gpu = spawn, None
        loading = self._loading
        remedy = (
            "it is being started again on the CPU alone, as the driver of a GPU may be at fault"
        )
        return _Plan(remedy, load=(loading.pair, loading.options) if loading else None)

    def _plan_after_force(self) -> _Plan:
        loading = self._loading
        if loading is not None and not loading.cancelled:
            remedy = f"it is being started again and loads {loading.name}"
            return _Plan(remedy, load=(loading.pair, loading.options))
        return self._plan_to_go_on()

    def _plan_to_go_on(self) -> _Plan:
        if self._loaded is not None:
            return _Plan("it is being started again with the same model", load=self._loaded)
        return _Plan("it is being started again")


def _failure(kind: type[PerhapsError], sentence: str) -> Failure:
    return Failure(kind.__name__, sentence)
