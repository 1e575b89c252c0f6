from __future__ import annotations

import threading
from multiprocessing import Pipe

import pytest

from perhaps.inference.pipe import events, wire
from perhaps.inference.protocol import FinishReason, RunFinished
from perhaps.inference.serving.outbox import MAX_BATCH, Outbox
from tests.helpers.scripts import token_step


@pytest.fixture
def pipe():
    ours, theirs = Pipe()
    yield ours, theirs
    ours.close()
    theirs.close()


def receive_all(connection, count: int) -> list[events.RunAdvanced]:
    """Receive batches until they hold that many events."""
    batches: list[events.RunAdvanced] = []
    while sum(len(batch.steps) for batch in batches) < count:
        event = wire.decode_event(wire.receive(connection))
        assert isinstance(event, events.RunAdvanced)
        batches.append(event)
    return batches


def test_slow_reader_gets_fewer_and_larger_messages_in_order(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    steps = [token_step(f" {i}") for i in range(2000)]
    for step in steps:
        outbox.advance(1, [step])
    batches = receive_all(ours, len(steps))
    outbox.close()
    assert [event for batch in batches for event in batch.events()] == steps
    assert max(len(batch.steps) for batch in batches) == MAX_BATCH
    # The pipe's own buffer takes some single ones before it is full.
    assert len(batches) < len(steps) / 2


def test_tokens_of_a_moment_go_together_to_a_quick_reader(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    first, *later = steps = [token_step(f" {i}") for i in range(40)]
    outbox.advance(1, [first])
    batches = receive_all(ours, 1)
    assert batches[0].events() == (first,), "the first token waits for no other"
    for step in later:
        outbox.advance(1, [step])
    batches += receive_all(ours, len(later))
    outbox.close()
    assert [event for batch in batches for event in batch.events()] == steps
    assert len(batches) < len(steps) / 4


def test_an_end_waits_for_no_moment(pipe, monkeypatch):
    monkeypatch.setattr("perhaps.inference.serving.outbox.PACE", 10_000.0)
    ours, theirs = pipe
    outbox = Outbox(theirs)
    for run_id in (1, 2):
        outbox.advance(run_id, [token_step(" one")])
        receive_all(ours, 1)
        outbox.advance(run_id, [token_step(" two")])
        assert not ours.poll(0.05)
        outbox.advance(run_id, [RunFinished(FinishReason.eos)])
        assert ours.poll(30)
        receive_all(ours, 2)
    outbox.close()


def test_runs_are_merged_apart(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    steps = [token_step(f" {i}") for i in range(600)]
    for step in steps:
        outbox.advance(1, [step])
        outbox.advance(2, [step])
    batches = receive_all(ours, 2 * len(steps))
    outbox.close()
    for run_id in (1, 2):
        told = [event for batch in batches if batch.run_id == run_id for event in batch.events()]
        assert told == steps


def test_nobody_waits_for_a_window_that_does_not_read(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    steps = [token_step(f" {i}") for i in range(3000)]
    done = threading.Event()
    writer = threading.Thread(target=lambda: ([outbox.advance(1, [s]) for s in steps], done.set()))
    writer.start()
    assert done.wait(5)
    writer.join()
    receive_all(ours, len(steps))
    outbox.close()


def test_close_sends_what_waits(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    outbox.tell(events.Pong())
    outbox.advance(1, [RunFinished(FinishReason.eos)])
    outbox.close()
    assert wire.decode_event(wire.receive(ours)) == events.Pong()
    assert receive_all(ours, 1)[0].events() == (RunFinished(FinishReason.eos),)


def test_nothing_is_sent_any_more_to_a_window_that_is_gone(pipe):
    ours, theirs = pipe
    before = set(threading.enumerate())
    outbox = Outbox(theirs)
    ours.close()
    outbox.tell(events.Pong())
    outbox.advance(1, [RunFinished(FinishReason.eos)])
    outbox.close()
    assert set(threading.enumerate()) <= before


@pytest.mark.expects_warnings
def test_run_that_cannot_be_told_fails_with_a_sentence(pipe):
    ours, theirs = pipe
    outbox = Outbox(theirs)
    outbox.advance(5, [RunFinished(FinishReason.eos, text="\ud800")])
    (batch,) = receive_all(ours, 1)
    outbox.close()
    (end,) = batch.events()
    assert isinstance(end, RunFinished)
    assert (batch.run_id, end.reason) == (5, FinishReason.failed)
    assert "U+D800" in end.error
