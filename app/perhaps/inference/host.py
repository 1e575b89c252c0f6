"""The engine host: the child process that alone touches the engine, and serves it by pipe."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING, NoReturn

from perhaps.errors import LoadCancelledError
from perhaps.inference.pipe import commands, events
from perhaps.inference.pipe.pixel_block import pack_pixels, unpack_pixels
from perhaps.inference.pipe.wire import decode_command, receive
from perhaps.inference.serving.cover_job import CoverJob
from perhaps.inference.serving.failure import failure_of
from perhaps.inference.serving.figures import Figures
from perhaps.inference.serving.host_log import HostLog
from perhaps.inference.serving.outbox import Outbox
from perhaps.inference.serving.picture_shelf import PictureShelf
from perhaps.inference.serving.run_pump import RunPump
from perhaps.inference.serving.score_job import ScoreJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from perhaps.inference.protocol import Engine, LoadProgress, Request

    Job = RunPump | ScoreJob | CoverJob

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
"""Of <linux/prctl.h>."""


def host_main(connection: Connection, log_path: Path) -> None:
    """Run as the child process, with the real engine."""
    run_host(connection, log_path, _local_engine)


def host_main_without_gpu(connection: Connection, log_path: Path) -> None:
    """Likewise, without asking any driver: one that crashes would end every start."""
    os.environ["PERHAPS_GPU"] = "off"  # heeded by the engine when it is imported
    host_main(connection, log_path)


def run_host(connection: Connection, log_path: Path, make_engine: Callable[[], Engine]) -> NoReturn:
    """Serve until the window asks for the end, closes the pipe, or dies; then exit."""
    status = 1
    try:
        host_log = HostLog(log_path)
        # Ctrl+C in a terminal reaches the whole group; the window decides when we end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _die_with_parent()
        Host(make_engine(), Outbox(connection), host_log.bound).listen(connection)
        status = 0
    except Exception:
        log.exception("the engine host failed")
    finally:
        # At once: threads in native code must not keep the process.
        os._exit(status)


def _local_engine() -> Engine:
    # Here, so that the window's process never maps the native libraries.
    from perhaps.inference.local import LocalEngine

    return LocalEngine()


def _die_with_parent() -> None:
    """Have Linux kill us with the thread that started us, even while we are stopped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def serve(connection: Connection, engine: Engine) -> None:
    """Serve in a thread of this process until ShutDown comes or the pipe ends."""
    host = Host(engine, Outbox(connection))
    try:
        host.listen(connection)
    finally:
        host.close()


class Host:
    """Obeys commands without ever waiting; whatever takes time has a thread."""

    def __init__(
        self, engine: Engine, outbox: Outbox, on_ping: Callable[[], None] = lambda: None
    ) -> None:
        self._engine = engine
        self._outbox = outbox
        self._on_ping = on_ping
        # A picture is read while a model loads; two models never load at once.
        self._model_jobs = ThreadPoolExecutor(1, "model")
        self._file_jobs = ThreadPoolExecutor(1, "files")
        self._cancelled = Flag()
        self._shelf = PictureShelf()
        self._jobs: dict[int, Job] = {}
        self._figures = Figures(engine, outbox, busy=lambda: bool(self._jobs))
        outbox.tell(events.HostReady())

    def listen(self, connection: Connection) -> None:
        """Obey until ShutDown comes or the pipe ends; raises WireError for nonsense."""
        while not isinstance(command := self._next(connection), commands.ShutDown):
            self.obey(command)

    def _next(self, connection: Connection) -> commands.AnyCommand:
        try:
            return decode_command(receive(connection))
        except (EOFError, OSError):
            log.info("the window has closed the pipe")
            return commands.ShutDown()

    def obey(self, command: commands.AnyCommand) -> None:
        """Begin what a command asks for."""
        match command:
            case commands.Load():
                self._cancelled = Flag()
                self._model_jobs.submit(self._load, command, self._cancelled)
            case commands.CancelLoad():
                self._cancelled.set()
                self._engine.cancel_load()
            case commands.Unload():
                self._model_jobs.submit(self._unload)
            case commands.Check():
                self._file_jobs.submit(self._check, command)
            case commands.ReadPicture():
                self._file_jobs.submit(self._read_picture, command)
            case commands.GivePicture():
                self._shelf.add(unpack_pixels(command.block))
            case commands.Generate():
                self._generate(command)
            case commands.Score():
                self._score(command)
            case commands.Cover():
                self._cover(command)
            case commands.Stop():
                if job := self._jobs.get(command.run_id):
                    job.stop()
            case commands.ListDevices():
                self._file_jobs.submit(self._list_devices)
            case commands.Ping():
                self._on_ping()
                self._outbox.tell(events.Pong())

    def close(self) -> None:
        """Stop everything and wait for nothing but the outbox."""
        self._cancelled.set()
        self._engine.cancel_load()
        for job in list(self._jobs.values()):
            job.stop()
        self._figures.close()
        self._model_jobs.shutdown(wait=False, cancel_futures=True)
        self._file_jobs.shutdown(wait=False, cancel_futures=True)
        self._outbox.close()

    def _load(self, command: commands.Load, cancelled: Flag) -> None:
        def advance(progress: LoadProgress) -> None:
            if cancelled.is_set():
                # The first wish may have come just before the engine began.
                self._engine.cancel_load()
            self._outbox.tell(events.LoadAdvanced(command.load_id, progress))

        try:
            if cancelled.is_set():
                raise LoadCancelledError("Loading was stopped before it began.")
            info = self._engine.load(command.pair, command.options, advance)
            self._outbox.tell(events.Loaded(command.load_id, info))
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            # What was cut short may have failed in its own way; it was stopped all the same.
            stopped = LoadCancelledError("Loading was stopped.")
            failure = failure_of(stopped if cancelled.is_set() else error)
            self._outbox.tell(events.LoadFailed(command.load_id, failure))

    def _unload(self) -> None:
        try:
            self._engine.unload()
            self._outbox.tell(events.Unloaded())
        except Exception:
            # Unanswered, it makes the window end this process, which frees the memory.
            log.exception("unloading failed")

    def _check(self, command: commands.Check) -> None:
        try:
            report = self._engine.check(command.pair, command.options)
            self._outbox.tell(events.PairChecked(command.check_id, report))
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            self._outbox.tell(events.CheckFailed(command.check_id, failure_of(error)))

    def _read_picture(self, command: commands.ReadPicture) -> None:
        source = os.fsdecode(command.source) if command.is_path else command.source
        try:
            picture = self._engine.read_picture(source)
            self._shelf.add(picture.image)
            block = pack_pixels(picture.image)
            self._outbox.tell(events.PictureRead(command.ticket, block, picture.cost))
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            self._outbox.tell(events.PictureRefused(command.ticket, failure_of(error)))

    def _list_devices(self) -> None:
        try:
            devices = self._engine.devices()
        except Exception:
            log.exception("listing devices failed")
            devices = ()
        self._outbox.tell(events.DevicesListed(devices))

    def _generate(self, command: commands.Generate) -> None:
        if request := self._request(command):
            self._start(RunPump(command.run_id, request, self._engine, self._outbox))

    def _score(self, command: commands.Score) -> None:
        if request := self._request(command.asked):
            run_id, answers = command.asked.run_id, command.answers
            self._start(ScoreJob(run_id, request, answers, self._engine, self._outbox))

    def _cover(self, command: commands.Cover) -> None:
        if request := self._request(command.asked):
            wish = command.asked.run_id, request, command.picture, command.tiles
            self._start(CoverJob(*wish, self._engine, self._outbox))

    def _request(self, command: commands.Generate) -> Request | None:
        """Put the pictures in; None where some are not held, after asking for them."""
        keys = tuple(dict.fromkeys(commands.picture_keys(command)))
        pictures = self._shelf.take(keys)
        if missing := tuple(key for key in keys if key not in pictures):
            self._outbox.tell(events.PicturesMissing(command.run_id, missing))
            return None
        return commands.unpack_request(command, pictures)

    def _start(self, job: Job) -> None:
        self._jobs[job.run_id] = job
        self._figures.begin()
        Thread(target=self._work, args=[job], name=f"run {job.run_id}", daemon=True).start()

    def _work(self, job: Job) -> None:
        try:
            job.run()
        finally:
            del self._jobs[job.run_id]
