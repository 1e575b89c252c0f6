import gc
import weakref

import pytest

from perhaps.inference.protocol import FinishReason
from perhaps.state.quiet_garbage import ENOUGH, LOOK_MS, QuietGarbage
from tests.state.builders import finished


@pytest.fixture
def garbage(session):
    before = gc.isenabled()
    garbage = QuietGarbage(session)
    yield garbage
    garbage.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    if not before:
        gc.disable()


class Knot:
    """Holds itself, so that only a collection ends it."""

    def __init__(self):
        self.itself = self


def test_python_collects_nothing_by_itself(garbage, session, link):
    assert not gc.isenabled()
    session.ask("First?")
    link.run_advanced.emit(link.last_run, (finished(FinishReason.eos),))
    assert not gc.isenabled()


def test_garbage_is_collected_on_the_thread_of_the_window(garbage, qtbot):
    knot = weakref.ref(Knot())
    kept = [[] for _ in range(3 * ENOUGH)]
    qtbot.waitUntil(lambda: knot() is None, timeout=20 * LOOK_MS)
    assert kept


def test_nothing_is_collected_while_an_answer_comes(garbage, session, link, qtbot):
    session.ask("First?")
    knot = weakref.ref(Knot())
    kept = [[] for _ in range(3 * ENOUGH)]
    qtbot.wait(2 * LOOK_MS)
    assert knot() is not None
    link.run_advanced.emit(link.last_run, (finished(FinishReason.eos),))
    qtbot.waitUntil(lambda: knot() is None)
    assert kept


def test_what_came_is_not_looked_through_again(garbage, session, link, qtbot):
    before = gc.get_freeze_count()
    session.ask("First?")
    kept = [[] for _ in range(5000)]
    link.run_advanced.emit(link.last_run, (finished(FinishReason.eos),))
    qtbot.waitUntil(lambda: gc.get_freeze_count() >= before + len(kept))


def test_an_end_in_the_middle_of_an_answer_leaves_no_trace(session):
    before = gc.isenabled()
    garbage = QuietGarbage(session)
    session.ask("First?")
    garbage.end()
    assert gc.isenabled()
    if not before:
        gc.disable()
