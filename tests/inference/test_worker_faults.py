"""What a worker does when its engine host, a real child process, dies, hangs or disobeys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from perhaps.inference.client import Deliver, EngineClient, HostProcess, Spawn
from perhaps.inference.pipe.events import HostReady, Loaded
from perhaps.inference.pipe.wire import encode, receive
from perhaps.inference.protocol import FinishReason, LoadOptions, RunStage
from tests.helpers.fake_engine import LoadScript, answer_script, in_child
from tests.helpers.scripts import model_info
from tests.helpers.worker_desk import OTHER_PAIR, PAIR, Desk, ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

SLOW_ANSWER = answer_script("one two three four five six", delay=0.05, blocks=True)
# A busy machine may keep a healthy host from answering for a while.
QUICK_PINGS = {"quiet": 0.1, "pong": 1.5}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start_answer(desk: Desk) -> int:
    run_id = desk.worker.generate(ask())
    desk.wait_for_tokens(run_id, 2)
    return run_id


def test_killed_host_costs_one_answer(open_desk, log_path):
    desk = open_desk(in_child(log_path, answers=[SLOW_ANSWER, answer_script("again")]))
    desk.load()
    run_id = start_answer(desk)
    pid = desk.worker.host_pid
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    end = desk.end_of(run_id, seconds=2)
    assert time.monotonic() - began < 2
    assert (end.reason, end.error_kind) == (FinishReason.failed, "EngineLostError")
    assert "killed by signal 9" in end.error
    assert "What was written is kept" in end.error
    assert desk.text_of(run_id).startswith("one two")
    (failure,) = desk.wait_for("host_lost")
    assert failure.kind == "EngineLostError"
    assert "with the same model" in failure.message
    (info,) = desk.wait_for("model_loaded", 2, seconds=5)
    assert info.pair == PAIR
    assert not alive(pid)
    assert desk.worker.host_pid != pid


def test_next_question_after_a_crash_works(open_desk, log_path):
    desk = open_desk(in_child(log_path, answers=[SLOW_ANSWER]))
    desk.load()
    start_answer(desk)
    began = time.monotonic()
    os.kill(desk.worker.host_pid, signal.SIGABRT)
    desk.wait_for("model_loaded", 2)
    run_id = desk.worker.generate(ask())
    desk.wait_for_tokens(run_id, 1)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_host_that_crashes_in_an_answer_leaves_its_trace(open_desk, log_path, number):
    desk = open_desk(in_child(log_path, answers=[answer_script("one", dies_of=number)]))
    desk.load()
    end = desk.end_of(desk.worker.generate(ask()))
    assert number.name in end.error
    assert "Fatal Python error" in log_path.read_text()


def test_stopped_process_is_found_and_replaced(open_desk, log_path):
    desk = open_desk(in_child(log_path, answers=[SLOW_ANSWER]), **QUICK_PINGS)
    desk.load()
    run_id = start_answer(desk)
    pid = desk.worker.host_pid
    os.kill(pid, signal.SIGSTOP)
    end = desk.end_of(run_id, seconds=3)
    assert end.error_kind == "EngineLostError"
    assert "did not answer for 1.5 seconds" in end.error
    desk.wait_for("model_loaded", 2)
    assert not alive(pid)


def test_quiet_host_that_answers_pings_is_left_alone(open_desk, log_path):
    desk = open_desk(in_child(log_path), quiet=0.05, pong=1.0)
    desk.load()
    desk.qtbot.wait(2000)
    assert not desk.of("host_lost")


def test_ignored_stop_ends_the_host_and_keeps_the_words(open_desk, log_path):
    script = answer_script("one two", blocks=True, ignores_stop=True)
    desk = open_desk(in_child(log_path, answers=[script]), stop=0.3)
    desk.load()
    run_id = start_answer(desk)
    desk.worker.stop(run_id)
    end = desk.end_of(run_id, seconds=2)
    assert (end.reason, end.stopped_in) == (FinishReason.cancelled, RunStage.decode)
    assert desk.text_of(run_id) == "one two"
    desk.wait_for("model_loaded", 2)


def test_ignored_stop_ends_others_by_what_was_wished_for_them(open_desk, log_path):
    script = answer_script("one two", blocks=True, ignores_stop=True)
    desk = open_desk(in_child(log_path, answers=[script]), stop=0.3)
    desk.load()
    stopped, also_stopped, running = [start_answer(desk) for _ in range(3)]
    desk.worker.stop(stopped)
    desk.worker.stop(also_stopped)
    assert desk.end_of(stopped).reason is FinishReason.cancelled
    assert desk.end_of(also_stopped).reason is FinishReason.cancelled
    assert desk.end_of(running).error_kind == "EngineLostError"


def test_ignored_stop_does_not_harm_the_load_that_wanted_it(open_desk, log_path):
    script = answer_script("one two", blocks=True, ignores_stop=True)
    loads = [LoadScript(delay=0.2)]
    desk = open_desk(in_child(log_path, answers=[script], loads=loads), stop=0.3)
    desk.load()
    run_id = start_answer(desk)
    desk.worker.load(OTHER_PAIR, LoadOptions())
    (info,) = desk.wait_for("model_loaded", 2)
    assert info.pair == OTHER_PAIR
    assert desk.end_of(run_id).reason is FinishReason.cancelled
    assert "loads other.gguf" in desk.of("host_lost")[0][0].message
    assert not desk.of("load_failed")


def test_ignored_stops_never_cost_the_model(open_desk, log_path):
    script = answer_script("one two", blocks=True, ignores_stop=True)
    desk = open_desk(in_child(log_path, answers=[script]), stop=0.3)
    desk.load()
    for loads in (2, 3):
        desk.worker.stop(start_answer(desk))
        desk.wait_for("model_loaded", loads)
    assert not desk.of("model_unloaded")


def test_ignored_cancel_ends_the_host_without_a_model(open_desk, log_path):
    loads = [LoadScript(delay=30.0, ignores_cancel=True)]
    desk = open_desk(in_child(log_path, loads=loads), cancel_load=0.3)
    desk.worker.load(PAIR, LoadOptions())
    desk.wait_for("load_progressed")
    pid = desk.worker.host_pid
    desk.worker.cancel_load()
    (failure,) = desk.wait_for("load_failed", seconds=2)
    assert failure.kind == "LoadCancelledError"
    desk.wait_for("host_started", 2)
    assert not alive(pid)
    assert not desk.of("host_lost")
    assert desk.end_of(desk.worker.generate(ask())).error_kind == "ModelError"


def test_newer_load_survives_an_ignored_cancel(open_desk, log_path):
    # The second child begins its scripts anew, so both loads are slow to obey.
    loads = [LoadScript(stages=1, delay=1.0, ignores_cancel=True)]
    desk = open_desk(in_child(log_path, loads=loads), cancel_load=0.3)
    desk.worker.load(PAIR, LoadOptions())
    desk.wait_for("load_progressed")
    desk.worker.load(OTHER_PAIR, LoadOptions())
    (info,) = desk.wait_for("model_loaded")
    assert info.pair == OTHER_PAIR
    assert len(desk.of("host_started")) == 2
    assert not desk.of("load_failed")


def test_pair_that_kills_the_host_is_not_loaded_again(open_desk, log_path):
    desk = open_desk(in_child(log_path, loads=[LoadScript(dies_of=signal.SIGABRT)]))
    desk.worker.load(PAIR, LoadOptions())
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "EngineLostError"
    assert "while it loaded starter.gguf, which is not loaded again" in failure.message
    desk.wait_for("host_started", 2)
    desk.qtbot.wait(300)
    assert len(desk.of("host_lost")) == 1
    assert not desk.of("model_loaded")


def test_second_crash_in_a_row_ends_the_loop(open_desk, log_path):
    desk = open_desk(in_child(log_path))
    desk.load()
    os.kill(desk.worker.host_pid, signal.SIGKILL)
    desk.wait_for("model_loaded", 2)  # a loss while it loads is another case
    os.kill(desk.worker.host_pid, signal.SIGKILL)
    desk.wait_for("model_unloaded")
    desk.qtbot.wait(300)
    assert len(desk.of("model_loaded")) == 2
    assert "second time in a row" in desk.of("host_lost")[1][0].message


def test_an_answer_between_two_crashes_forgives_the_first(open_desk, log_path):
    desk = open_desk(in_child(log_path, answers=[answer_script("yes")]))
    desk.load()
    for loads in (2, 3):
        desk.end_of(desk.worker.generate(ask()))
        os.kill(desk.worker.host_pid, signal.SIGKILL)
        desk.wait_for("model_loaded", loads)
    assert not desk.of("model_unloaded")


def test_host_that_takes_too_long_to_start_is_ended(open_desk, log_path):
    desk = open_desk(in_host(sleeping_host, log_path), start=0.3)
    (failure,) = desk.wait_for("host_lost")
    assert "did not start within 0.3 seconds" in failure.message
    assert desk.worker.host_pid is None


def test_ignored_unload_frees_the_memory_by_force(open_desk, log_path):
    desk = open_desk(in_child(log_path, unload_delay=60.0), unload=0.2)
    desk.load()
    pid = desk.worker.host_pid
    desk.worker.unload()
    desk.wait_for("model_unloaded")
    assert not alive(pid)
    desk.wait_for("host_started", 2)
    assert len(desk.of("model_unloaded")) == 1
    assert len(desk.of("model_loaded")) == 1


def test_host_that_cannot_start_is_not_started_for_ever(open_desk, log_path):
    desk = open_desk(in_host(dying_host, log_path))
    (failure,) = desk.wait_for("host_lost")
    assert "ended with code 3" in failure.message
    desk.qtbot.wait(500)
    assert len(desk.of("host_lost")) == 1
    assert desk.worker.host_pid is None
    desk.worker.load(PAIR, LoadOptions())
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "EngineLostError"


def test_host_that_dies_at_once_is_started_again_without_gpus(open_desk, log_path):
    """A driver may crash when it is only asked for its devices."""
    desk = open_desk(in_host(dying_host, log_path), spawn_without_gpu=in_child(log_path))
    desk.worker.load(PAIR, LoadOptions())
    (failure,) = desk.wait_for("host_lost")
    assert "on the CPU alone" in failure.message
    desk.wait_for("model_loaded")
    assert len(desk.of("host_lost")) == 1
    assert not desk.of("load_failed")


def test_host_that_dies_without_gpus_too_is_given_up(open_desk, log_path):
    dying = in_host(dying_host, log_path)
    desk = open_desk(dying, spawn_without_gpu=dying)
    desk.wait_for("host_lost", 2)
    desk.qtbot.wait(500)
    assert len(desk.of("host_lost")) == 2
    assert desk.worker.host_pid is None


def test_system_that_starts_no_process_is_told(open_desk):
    def spawn(deliver: Deliver) -> EngineClient:
        raise BlockingIOError("Resource temporarily unavailable")

    desk = open_desk(spawn)
    (failure,) = desk.wait_for("host_lost")
    assert "cannot be started: Resource temporarily unavailable" in failure.message
    desk.worker.read_picture("/x.png")
    _, failure = desk.wait_for("picture_refused")
    assert failure.kind == "EngineLostError"


@pytest.mark.expects_warnings
def test_fault_of_our_own_is_told_and_logged(open_desk, caplog):
    def spawn(deliver: Deliver) -> EngineClient:
        raise ZeroDivisionError

    desk = open_desk(spawn)
    (failure,) = desk.wait_for("host_lost")
    assert failure.kind == "EngineLostError"
    assert "ZeroDivisionError" in caplog.text


def test_picture_that_kills_the_host_is_refused(open_desk, log_path):
    desk = open_desk(in_child(log_path, picture_dies_of=signal.SIGSEGV))
    desk.load()
    ticket = desk.worker.read_picture("/x.png")
    number, failure = desk.wait_for("picture_refused")
    assert number == ticket
    assert "SIGSEGV" in failure.message
    desk.wait_for("model_loaded", 2)


def nonsense(connection: Connection) -> None:
    connection.send_bytes(b"\xc1 no msgpack")


def wrong_types(connection: Connection) -> None:
    good = encode(Loaded(1, model_info(PAIR)))
    connection.send_bytes(good.replace(b"\xa7load_id\x01", b"\xa7load_id\xa1x"))


def endless_message(connection: Connection) -> None:
    os.write(connection.fileno(), b"\x7f\xff\xff\xff")


def half_a_message(connection: Connection) -> None:
    os.write(connection.fileno(), b"\x00\x00\x10\x00only the beginning")


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (nonsense, "makes no sense"),
        (wrong_types, "makes no sense"),
        (endless_message, "makes no sense"),
        (half_a_message, "did not answer for 1.5 seconds"),
    ],
)
def test_host_that_speaks_nonsense_is_ended(open_desk, log_path, say, words):
    desk = open_desk(in_host(partial(lying_host, say), log_path), **QUICK_PINGS)
    desk.wait_for("host_started")
    pid = desk.worker.host_pid
    desk.worker.load(PAIR, LoadOptions())
    (failure,) = desk.wait_for("load_failed", seconds=5)
    assert failure.kind == "EngineLostError"
    assert words in failure.message
    assert not alive(pid)


def lying_host(say: Callable[[Connection], None], connection: Connection, log_path: Path) -> None:
    connection.send_bytes(encode(HostReady()))
    receive(connection)
    say(connection)
    time.sleep(60)


def dying_host(connection: Connection, log_path: Path) -> None:
    os._exit(3)


def sleeping_host(connection: Connection, log_path: Path) -> None:
    time.sleep(60)


def in_host(target: Callable[[Connection, Path], None], log_path: Path) -> Spawn:
    def spawn(deliver: Deliver) -> EngineClient:
        return EngineClient(HostProcess(target, log_path), deliver)

    return spawn


def test_close_ends_a_host_that_is_stopped(open_desk, log_path):
    desk = open_desk(in_child(log_path, answers=[SLOW_ANSWER]))
    desk.load()
    run_id = start_answer(desk)
    pid = desk.worker.host_pid
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    desk.worker.close()
    assert time.monotonic() - began < 3
    assert not alive(pid)
    assert desk.end_of(run_id).reason is FinishReason.cancelled


def test_close_lets_a_willing_host_go(open_desk, log_path):
    desk = open_desk(in_child(log_path))
    desk.load()
    pid = desk.worker.host_pid
    began = time.monotonic()
    desk.worker.close()
    assert time.monotonic() - began < 2
    assert not alive(pid)


PARENT = """
import sys, threading
from pathlib import Path
from tests.helpers.fake_engine import LoadScript, in_child
from perhaps.inference.pipe.commands import Load
from perhaps.inference.pipe.events import LoadAdvanced, HostReady
from perhaps.inference.protocol import LoadOptions, ModelPair

def deliver(client, event):
    if isinstance(event, HostReady):
        client.send(Load(1, ModelPair("/x.gguf"), LoadOptions()))
    if isinstance(event, LoadAdvanced):
        print(client.pid, flush=True)

if __name__ == "__main__":
    client = in_child(Path(sys.argv[1]), loads=[LoadScript(delay=60, ignores_cancel=True)])(deliver)
    threading.Event().wait()
"""


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_host_dies_with_its_parent(qtbot, tmp_path, stopped):
    if stopped and sys.platform != "linux":
        pytest.skip("only Linux tells a stopped process that its parent died")
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, script, tmp_path / "engine.log"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as parent:
        pid = int(parent.stdout.readline())
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        parent.kill()
    qtbot.waitUntil(lambda: not alive(pid) or is_zombie(pid))


def is_zombie(pid: int) -> bool:
    """Whether it has ended but nobody has collected it, as in a container without an init."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
