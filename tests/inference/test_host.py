"""The host's side of the pipe, spoken to in raw messages."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np
import pytest

from perhaps.errors import BY_NAME, ComputeError, LoadCancelledError, PerhapsError
from perhaps.inference.host import serve
from perhaps.inference.pipe import commands, events, wire
from perhaps.inference.pipe.pixel_block import pack_pixels
from perhaps.inference.pipe.wire import WireError
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    ImagePixels,
    LoadOptions,
    Message,
    Request,
    RunFinished,
)
from perhaps.inference.serving.failure import failure_of
from tests.helpers.fake_engine import FakeEngine, LoadScript, answer_script
from tests.helpers.worker_desk import PAIR, ask

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Line:
    """A host in a thread, by its pipe."""

    connection: Connection
    thread: threading.Thread
    engine: FakeEngine

    def say(self, *said: commands.Command) -> None:
        for command in said:
            self.connection.send_bytes(wire.encode(command))

    def hear(self) -> events.AnyEvent:
        assert self.connection.poll(5), "the host says nothing"
        return wire.decode_event(wire.receive(self.connection))

    def hear_until(self, kind: type) -> events.AnyEvent:
        while not isinstance(event := self.hear(), kind):
            pass
        return event

    def hear_run(self) -> list:
        """All events of the next run."""
        told: list = []
        while not told or not isinstance(told[-1], RunFinished):
            told += self.hear_until(events.RunAdvanced).events()
        return told


@pytest.fixture
def line() -> Iterator[Line]:
    ours, theirs = Pipe()
    engine = FakeEngine(needs_model=False)
    thread = threading.Thread(target=serve, args=[theirs, engine])
    thread.start()
    line = Line(ours, thread, engine)
    assert line.hear() == events.HostReady()
    yield line
    ours.close()
    thread.join(5)
    assert not thread.is_alive()


def script(line: Line, **scripts) -> None:
    fresh = FakeEngine(needs_model=False, **scripts)
    vars(line.engine).update(vars(fresh))


def test_pings_are_answered_while_loading(line):
    script(line, loads=[LoadScript(delay=60)])
    line.say(commands.Load(1, PAIR, LoadOptions()))
    line.hear_until(events.LoadAdvanced)
    line.say(commands.Ping())
    assert line.hear() == events.Pong()
    line.say(commands.CancelLoad())
    assert line.hear_until(events.LoadFailed).failure.kind == "LoadCancelledError"


def test_cancel_right_after_load_counts(line):
    script(line, loads=[LoadScript(delay=60)])
    line.say(commands.Load(1, PAIR, LoadOptions()), commands.CancelLoad())
    assert line.hear_until(events.LoadFailed).failure.kind == "LoadCancelledError"


def test_cancel_that_the_engine_did_not_hear_is_repeated(line):
    script(line, loads=[LoadScript(deaf=0.2, delay=60)])
    line.say(commands.Load(1, PAIR, LoadOptions()), commands.Ping())
    line.hear_until(events.Pong)
    line.say(commands.CancelLoad())
    assert line.hear_until(events.LoadFailed).failure.kind == "LoadCancelledError"


def test_cancel_reaches_a_load_that_still_waits(line):
    script(line, loads=[LoadScript(delay=60)])
    load, other = (commands.Load(number, PAIR, LoadOptions()) for number in (1, 2))
    line.say(load)
    line.hear_until(events.LoadAdvanced)
    line.say(other, commands.CancelLoad())
    assert [line.hear_until(events.LoadFailed).load_id for _ in range(2)] == [1, 2]
    assert len(line.engine.loaded) == 1


def test_cancelled_load_counts_as_cancelled_however_it_ends(line):
    cut_short = ComputeError("The model does not run (llama.cpp says 2); try the CPU.")
    script(line, loads=[LoadScript(stages=0, deaf=0.3, error=cut_short)])
    line.say(commands.Load(1, PAIR, LoadOptions()), commands.Ping())
    line.hear_until(events.Pong)
    line.say(commands.CancelLoad())
    assert line.hear_until(events.LoadFailed).failure.kind == "LoadCancelledError"


def test_cancel_does_not_harm_the_next_load(line):
    script(line, loads=[LoadScript(delay=60), LoadScript()])
    line.say(
        commands.Load(1, PAIR, LoadOptions()),
        commands.CancelLoad(),
        commands.Load(2, PAIR, LoadOptions()),
    )
    assert line.hear_until(events.LoadFailed).load_id == 1
    assert line.hear_until(events.Loaded).load_id == 2


def test_unknown_pictures_are_asked_for(line):
    image = ImagePixels(np.full((2, 3, 3), 7, np.uint8), "seven", (3, 2))
    request = Request((Message("user", (ImagePart(image), ImagePart(image))),))
    generate = commands.pack_request(4, request)
    line.say(generate)
    assert line.hear() == events.PicturesMissing(4, ("seven",))
    line.say(commands.GivePicture(pack_pixels(image)), generate)
    assert line.hear_run()[-1].reason is FinishReason.eos
    (asked,) = line.engine.requests
    (part, _) = asked.messages[0].parts
    assert part.image.pixels.tolist() == image.pixels.tolist()


def test_stop_ends_a_run(line):
    script(line, answers=[answer_script("one", blocks=True)])
    line.say(commands.pack_request(1, ask()))
    line.hear_until(events.RunAdvanced)
    line.say(commands.Stop(1), commands.Stop(99))
    assert line.hear_run()[-1].reason is FinishReason.cancelled


def test_stop_before_the_engine_has_begun(line):
    script(line, answers=[answer_script("one", blocks=True)])
    generate, asked, stopped = line.engine.generate, threading.Event(), threading.Event()

    def slow_generate(request: Request):
        asked.set()
        assert stopped.wait(5)
        return generate(request)

    line.engine.generate = slow_generate
    line.say(commands.pack_request(1, ask()))
    assert asked.wait(5)
    line.say(commands.Stop(1), commands.Ping())
    line.hear_until(events.Pong)
    stopped.set()
    assert line.hear_run()[-1].reason is FinishReason.cancelled


def test_run_without_an_end_gets_one(line):
    line.engine.generate = lambda request: _EndlessNothing()
    line.say(commands.pack_request(1, ask()))
    (end,) = line.hear_run()
    assert (end.reason, end.error_kind) == (FinishReason.failed, "PerhapsError")


class _EndlessNothing:
    def in_batches(self, pause):
        return iter(())

    def stop(self) -> None:
        pass


def test_closed_pipe_ends_the_host_in_the_middle_of_everything(line):
    script(line, answers=[answer_script("one", blocks=True)], loads=[LoadScript(delay=60)])
    line.say(commands.pack_request(1, ask()), commands.Load(1, PAIR, LoadOptions()))
    line.hear_until(events.LoadAdvanced)
    line.connection.close()
    line.thread.join(5)
    assert not line.thread.is_alive()


def test_shut_down_ends_the_host(line):
    line.say(commands.ShutDown())
    line.thread.join(5)
    assert not line.thread.is_alive()


def test_nonsense_from_the_window_is_an_error():
    ours, theirs = Pipe()
    with ours, theirs:
        ours.send_bytes(b"\xc1")
        with pytest.raises(WireError):
            serve(theirs, FakeEngine())


@pytest.mark.parametrize("kind", BY_NAME.values())
def test_named_errors_keep_their_name(kind):
    failure = failure_of(kind("What to do."))
    assert (failure.kind, failure.message) == (kind.__name__, "What to do.")


def test_errors_derived_from_named_ones_go_by_that_name():
    class SlowLoadError(LoadCancelledError):
        pass

    assert failure_of(SlowLoadError("It took too long.")).kind == "LoadCancelledError"
    assert issubclass(LoadCancelledError, PerhapsError)


def test_serving_leaves_no_run_behind(line):
    for number in range(1, 6):
        line.say(commands.pack_request(number, ask()))
        assert line.hear_run()[-1].reason is FinishReason.eos
    for thread in threading.enumerate():
        if thread.name.startswith("run "):
            thread.join(2)
            assert not thread.is_alive()
