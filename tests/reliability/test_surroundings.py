"""The engine in a poor place: little memory, no room or no right to write its log."""

from __future__ import annotations

import resource
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from perhaps.inference.client import Deliver, EngineClient, HostProcess, Spawn
from perhaps.inference.host import host_main
from perhaps.inference.protocol import LoadOptions
from perhaps.inference.serving import host_log
from tests.reliability.questions import pair_of, short_question
from tests.reliability.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

TOLD_SECONDS = 15.0
"""On a busy machine; the host must start first, which takes a second or two on an idle one."""


def poor_host(memory: int, connection: Connection, log_path: Path) -> None:
    """A host that may map that many bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    host_main(connection, log_path)


def in_host(target: Callable[[Connection, Path], None], log_path: Path) -> Spawn:
    def spawn(deliver: Deliver) -> EngineClient:
        return EngineClient(HostProcess(target, log_path), deliver)

    return spawn


@pytest.fixture
def open_watch() -> Iterator[Callable[..., Watch]]:
    watches: list[Watch] = []

    def open_one(target: Callable[[Connection, Path], None], log_path: Path) -> Watch:
        watches.append(Watch(in_host(target, log_path), wait_for_host=False))
        return watches[-1]

    yield open_one
    for watch in watches:
        watch.close()


@pytest.mark.parametrize("megabytes", [64, 512, 1024])
def test_too_little_memory_is_told(open_watch, tmp_path, megabytes):
    watch = open_watch(partial(poor_host, megabytes * 2**20), tmp_path / "engine.log")
    watch.worker.load(pair_of("tiny"), LoadOptions())
    outcome = watch.wait_for_any(("load_failed", "model_loaded"), seconds=TOLD_SECONDS)
    if outcome.name == "load_failed":
        assert outcome.arguments[0].message.endswith(".")
        return
    run_id = watch.worker.generate(short_question())
    end, _ = watch.end_of(run_id, TOLD_SECONDS)
    assert end.error == "" or end.error.endswith(".")


@pytest.mark.parametrize("log_path", [Path("/dev/null/engine.log"), Path("/dev/full")], ids=str)
def test_engine_works_without_its_log(open_watch, log_path, capfd):
    watch = open_watch(host_main, log_path)
    watch.load(pair_of("tiny"))
    assert len(watch.answer(short_question())) == short_question().max_tokens
    if log_path.parent != Path("/dev"):
        assert "the engine has no log" in capfd.readouterr().err


def host_with_a_long_log(connection: Connection, log_path: Path) -> None:
    """A host whose log is always due to be moved aside."""
    host_log.MAX_LOG_BYTES = 0
    host_main(connection, log_path)


def test_engine_survives_when_its_log_cannot_be_moved_aside(open_watch, tmp_path):
    (tmp_path / "engine.old.log").mkdir()
    watch = open_watch(host_with_a_long_log, tmp_path / "engine.log")
    watch.load(pair_of("tiny"))
    assert len(watch.answer(short_question())) == short_question().max_tokens
    assert not watch.first("host_lost")
