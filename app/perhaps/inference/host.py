"""The engine host: the child process that alone touches the engine, and serves it by pipe."""

from __future__ import annotations

import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING

from perhaps.errors import BY_NAME, LoadCancelledError, PerhapsError
from perhaps.inference import commands, events
from perhaps.inference.host_log import HostLog
from perhaps.inference.outbox import Outbox
from perhaps.inference.picture_shelf import PictureShelf
from perhaps.inference.pixel_block import pack_pixels, unpack_pixels
from perhaps.inference.protocol import Failure, FinishReason, RunFinished
from perhaps.inference.wire import decode_command, receive

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from perhaps.inference.protocol import Engine, LoadProgress, Request, Run

log = logging.getLogger(__name__)


def host_main(connection: Connection, log_path: Path) -> None:
    """Run as the child process until the window closes the pipe or dies."""
    host_log = HostLog(log_path)
    # Ctrl+C in a terminal reaches the whole group; the window decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 1
    try:
        # Here, so that the window's process never maps the native libraries.
        from perhaps.inference.local import LocalEngine

        serve(connection, LocalEngine(), on_ping=host_log.bound)
        status = 0
    except Exception:
        log.exception("the engine host failed")
    finally:
        # Threads in native code must not keep the process.
        os._exit(status)


def serve(
    connection: Connection, engine: Engine, on_ping: Callable[[], None] = lambda: None
) -> None:
    """Obey commands until ShutDown comes or the pipe ends."""
    host = Host(engine, Outbox(connection), on_ping)
    try:
        while not isinstance(command := decode_command(receive(connection)), commands.ShutDown):
            host.obey(command)
    except (EOFError, OSError):
        log.info("the window has closed the pipe")
    finally:
        host.close()


def failure_of(error: Exception) -> Failure:
    """Put an error into words for a person; one without a name goes to the log in full."""
    kind = next((base.__name__ for base in type(error).mro() if base.__name__ in BY_NAME), "")
    message = str(error)
    if not kind:
        log.error("unexpected error", exc_info=error)
        kind = PerhapsError.__name__
        message = (
            f"The engine failed unexpectedly ({type(error).__name__}: {error}); "
            "its log has the details."
        )
    # A file name may hold bytes that are not text.
    return Failure(kind, message.encode("utf-8", "backslashreplace").decode())


class Host:
    """Obeys commands without ever waiting; whatever takes time has a thread."""

    def __init__(self, engine: Engine, outbox: Outbox, on_ping: Callable[[], None]) -> None:
        self._engine = engine
        self._outbox = outbox
        self._on_ping = on_ping
        # A picture is read while a model loads; two models never load at once.
        self._model_jobs = ThreadPoolExecutor(1, "model")
        self._file_jobs = ThreadPoolExecutor(1, "files")
        self._cancelled = Flag()
        self._shelf = PictureShelf()
        self._answers: dict[int, _Answer] = {}
        outbox.tell(events.HostReady())

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
            case commands.Stop():
                if answer := self._answers.get(command.run_id):
                    answer.stop()
            case commands.ListDevices():
                self._file_jobs.submit(self._list_devices)
            case commands.Ping():
                self._on_ping()
                self._outbox.tell(events.Pong())

    def close(self) -> None:
        """Stop everything and wait for nothing but the outbox."""
        self._cancelled.set()
        self._engine.cancel_load()
        for answer in list(self._answers.values()):
            answer.stop()
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
            self._outbox.tell(events.LoadFailed(command.load_id, failure_of(error)))

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
        keys = tuple(dict.fromkeys(commands.picture_keys(command)))
        pictures = self._shelf.take(keys)
        if missing := tuple(key for key in keys if key not in pictures):
            self._outbox.tell(events.PicturesMissing(command.run_id, missing))
            return
        request = commands.unpack_request(command, pictures)
        answer = _Answer(command.run_id, request, self._engine, self._outbox)
        self._answers[command.run_id] = answer
        Thread(target=self._pump, args=[answer], name=f"run {command.run_id}", daemon=True).start()

    def _pump(self, answer: _Answer) -> None:
        try:
            answer.pump()
        finally:
            del self._answers[answer.run_id]


class _Answer:
    """One run on its way from the engine to the outbox."""

    def __init__(self, run_id: int, request: Request, engine: Engine, outbox: Outbox) -> None:
        self.run_id = run_id
        self._request = request
        self._engine = engine
        self._outbox = outbox
        self._lock = Lock()
        self._run: Run | None = None
        self._stopped = False

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._run is not None:
                self._run.stop()

    def pump(self) -> None:
        try:
            for event in self._begin():
                self._outbox.advance(self.run_id, event)
                if isinstance(event, RunFinished):
                    return
            raise PerhapsError("The engine ended the answer without saying why; ask again.")
        except Exception as error:  # noqa: BLE001 - told to the window, and to the log
            failure = failure_of(error)
            end = RunFinished(FinishReason.failed, error=failure.message, error_kind=failure.kind)
            self._outbox.advance(self.run_id, end)

    def _begin(self) -> Run:
        run = self._engine.generate(self._request)
        with self._lock:
            self._run = run
            if self._stopped:
                run.stop()
        return run
