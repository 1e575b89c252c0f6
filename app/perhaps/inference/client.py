"""The window's end of the pipe, without Qt: starts the engine host, talks to it, ends it."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from platformdirs import user_log_path

from perhaps.inference.host import host_main, host_main_without_gpu
from perhaps.inference.pipe.commands import Command, ShutDown
from perhaps.inference.pipe.wire import WireError, decode_event, encode, receive

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from perhaps.inference.pipe.events import AnyEvent

log = logging.getLogger(__name__)

JOIN_SECONDS = 1.0


@dataclass(frozen=True)
class HostLost:
    """The pipe has ended."""

    cause: str = ""
    """What the host did, after "The engine …"; empty where its exit tells."""


class Host(Protocol):
    """What an engine host runs in."""

    connection: Connection
    pid: int | None

    def wait(self, seconds: float) -> bool:
        """Whether it has ended by itself within that time."""

    def kill(self) -> None:
        """End it at once; it may be stopped or stuck in native code."""

    def ending(self) -> str:
        """How it ended, such as `killed by signal 9`."""


class HostProcess:
    """The engine host as a child process."""

    def __init__(self, target: Callable[[Connection, Path], None], log_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=target, args=(theirs, log_path), name="engine host", daemon=True
        )
        try:
            self._process.start()
        except OSError:
            self.connection.close()
            raise
        finally:
            # While we hold the host's end, its death does not end the pipe.
            theirs.close()
        self.pid = self._process.pid

    def wait(self, seconds: float) -> bool:
        """Whether it has ended by itself within that time."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def kill(self) -> None:
        """End it at once; SIGKILL reaches a stopped process too."""
        self._process.kill()
        self._process.join(JOIN_SECONDS)

    def ending(self) -> str:
        """How it ended."""
        code = self._process.exitcode
        if code is None:
            return "cannot be ended"
        if code >= 0:
            return f"ended with code {code}"
        return f"killed by signal {-code}{_signal_name(-code)}"


def _signal_name(number: int) -> str:
    try:
        return f", {signal.Signals(number).name}"
    except ValueError:
        return ""


Deliver = Callable[["EngineClient", "AnyEvent | HostLost"], None]
"""Called from a thread of the client; the last call of each client brings HostLost."""

Spawn = Callable[[Deliver], "EngineClient"]
"""Starts an engine host; raises OSError where the system does not let it."""


def spawn_engine(deliver: Deliver) -> EngineClient:
    """Start the real engine host."""
    log_path = user_log_path("perhaps", appauthor=False) / "engine.log"
    return EngineClient(HostProcess(host_main, log_path), deliver)


def spawn_engine_without_gpu(deliver: Deliver) -> EngineClient:
    """Start it so that it touches no driver of a GPU."""
    log_path = user_log_path("perhaps", appauthor=False) / "engine.log"
    return EngineClient(HostProcess(host_main_without_gpu, log_path), deliver)


class EngineClient:
    """One life of an engine host.

    Two threads move the bytes, so that a host which stops in the middle of a
    message, or takes none, holds up nobody who could end it.
    """

    def __init__(self, host: Host, deliver: Deliver) -> None:
        self._host = host
        self._deliver = deliver
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._read, name="host reader", daemon=True),
            Thread(target=self._write, name="host writer", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int | None:
        """The process id of the host."""
        return self._host.pid

    def send(self, command: Command) -> None:
        """Send without waiting; raises WireError for what bytes cannot say."""
        self._outgoing.put(encode(command))

    def end(self, grace: float = 0.0) -> str:
        """End the host, by force after `grace` seconds, and tell how it ended."""
        if not self._host.wait(grace):
            self._host.kill()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)
        if not any(thread.is_alive() for thread in self._threads):
            self._host.connection.close()
        return self._host.ending()

    def shut_down(self, grace: float) -> None:
        """Ask the host to end, and see to it that it does."""
        self.send(ShutDown())
        self.end(grace)

    def _read(self) -> None:
        cause = ""
        try:
            while True:
                self._deliver(self, decode_event(receive(self._host.connection)))
        except WireError as error:
            log.info("the engine host speaks nonsense: %s", error)
            cause = "sent a message that makes no sense and was ended"
        except (EOFError, OSError) as error:
            log.info("the pipe to the engine host has ended: %r", error)
        self._deliver(self, HostLost(cause))

    def _write(self) -> None:
        try:
            while (data := self._outgoing.get()) is not None:
                self._host.connection.send_bytes(data)
        except OSError as error:
            log.info("the engine host takes no more commands: %r", error)
