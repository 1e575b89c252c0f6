import gc

import pytest

from perhaps.inference.protocol import FinishReason
from perhaps.state.quiet_garbage import QuietGarbage
from tests.state.builders import finished


@pytest.fixture
def garbage(session):
    garbage = QuietGarbage(session)
    yield garbage
    garbage.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_is_collected_while_an_answer_comes(garbage, session, link, qtbot):
    session.ask("First?")
    assert not gc.isenabled()
    link.run_advanced.emit(link.last_run, (finished(FinishReason.eos),))
    qtbot.waitUntil(gc.isenabled)


def test_what_came_is_not_looked_through_again(garbage, session, link, qtbot):
    before = gc.get_freeze_count()
    session.ask("First?")
    kept = [[] for _ in range(5000)]
    link.run_advanced.emit(link.last_run, (finished(FinishReason.eos),))
    qtbot.waitUntil(gc.isenabled)
    assert gc.get_freeze_count() >= before + len(kept)


def test_an_end_in_the_middle_of_an_answer_leaves_no_trace(session):
    garbage = QuietGarbage(session)
    session.ask("First?")
    garbage.end()
    assert gc.isenabled()
