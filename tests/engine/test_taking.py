"""Taking the events of a run in batches, as the engine host does."""

import time

from perhaps import _engine
from tests.engine.conftest import answer, prompt, request

FOREVER_MS = 600_000


def take_all(run, pause_ms):
    batches = []
    while taken := run.take(pause_ms):
        batches.append(taken)
    return batches


def told(events):
    """What tells two runs of one request apart, if anything does."""
    return [(type(event), getattr(event, "id", None)) for event in events]


def test_batches_hold_every_event_in_order(seeing):
    one_by_one = answer(seeing, prompt("Go on."), max_tokens=50)
    batches = take_all(seeing.submit(request(prompt("Go on."), max_tokens=50)), 5)
    events = [event for batch in batches for event in batch]
    assert told(events) == told(one_by_one.events)


def test_further_tokens_wait_for_the_pause_but_neither_the_first_nor_the_end(seeing):
    run = seeing.submit(request(prompt("Go on."), max_tokens=200))
    batches = take_all(run, FOREVER_MS)
    with_tokens = [b for b in batches if any(isinstance(e, _engine.TokenStep) for e in b)]
    assert len(with_tokens) == 2
    assert isinstance(with_tokens[-1][-1], _engine.RunFinished)
    assert sum(isinstance(e, _engine.TokenStep) for e in with_tokens[0]) < 100


def test_batches_come_a_pause_apart(seeing):
    run = seeing.submit(request(prompt("Go on."), max_tokens=3000))
    while not isinstance(run.take(0)[-1], _engine.TokenStep):
        pass
    run.take(50)
    before = time.monotonic()
    run.take(50)
    assert time.monotonic() - before > 0.04


def test_a_stop_ends_the_pause(seeing):
    run = seeing.submit(request(prompt("Go on."), max_tokens=3000))
    while not isinstance(run.take(FOREVER_MS)[-1], _engine.TokenStep):
        pass
    run.stop()
    assert run.take(FOREVER_MS)[-1].reason == _engine.FinishReason.cancelled
    assert run.take(FOREVER_MS) == []
