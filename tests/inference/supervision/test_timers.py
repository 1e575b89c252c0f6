from __future__ import annotations

import pytest

from perhaps.inference.supervision.timers import Timers


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timers(clock) -> Timers:
    return Timers(clock)


def test_nothing_to_wait_for(timers):
    assert timers.remaining() is None


def test_remaining_is_the_next_and_never_negative(timers, clock):
    timers.set("late", 5.0, list)
    timers.set("soon", 2.0, list)
    assert timers.remaining() == 2.0
    clock.now += 3.0
    assert timers.remaining() == 0.0


def test_due_actions_run_once_and_the_earliest_first(timers, clock):
    ran = []
    for name, seconds in [("b", 2.0), ("a", 1.0), ("c", 9.0)]:
        timers.set(name, seconds, lambda name=name: ran.append(name))
    clock.now += 2.0
    timers.run_due()
    timers.run_due()
    assert ran == ["a", "b"]
    assert "c" in timers


def test_setting_again_replaces(timers, clock):
    ran = []
    timers.set("x", 1.0, lambda: ran.append("old"))
    timers.set("x", 3.0, lambda: ran.append("new"))
    clock.now += 1.0
    timers.run_due()
    assert ran == []
    clock.now += 2.0
    timers.run_due()
    assert ran == ["new"]


def test_action_may_clear_and_set_others(timers, clock):
    ran = []

    def first() -> None:
        timers.clear("second")
        timers.set("third", 0.0, lambda: ran.append("third"))

    timers.set("first", 1.0, first)
    timers.set("second", 1.0, lambda: ran.append("second"))
    clock.now += 1.0
    timers.run_due()
    assert ran == []
    timers.run_due()
    assert ran == ["third"]


def test_clear_tells_whether_it_was_set(timers):
    timers.set("x", 1.0, list)
    assert timers.clear("x")
    assert not timers.clear("x")
