"""Times of single frames, and what they say together."""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QAbstractScrollArea, QApplication

FRAME = 1 / 60
"""Seconds."""


def wait_until(app: QApplication, done: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window live until something holds."""
    end = time.perf_counter() + seconds
    while not done() and time.perf_counter() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def live(app: QApplication, seconds: float) -> None:
    """Let the window live for a while."""
    wait_until(app, lambda: False, seconds)


@dataclass(frozen=True)
class Taken:
    """Milliseconds that something took."""

    wall: float
    computing: float
    """Of this thread; what other programs take of the machine is left out."""


@contextmanager
def timed() -> Iterator[list[Taken]]:
    """Time what is done within; the list has its one result afterwards."""
    result: list[Taken] = []
    wall, computing = time.perf_counter(), time.thread_time()
    yield result
    taken = time.perf_counter() - wall, time.thread_time() - computing
    result.append(Taken(taken[0] * 1000, taken[1] * 1000))


def scroll(app: QApplication, area: QAbstractScrollArea, step: int, frames: int) -> list[Taken]:
    """Scroll at 60 frames a second; each frame is timed from the wish until it is painted.

    What is made ready between two frames counts to the next one, as it may delay it.
    """
    bar = area.verticalScrollBar()
    times = []
    for _ in range(frames):
        with timed() as taken:
            app.processEvents()
            bar.setValue(bar.value() + step)
            area.viewport().repaint()
        times += taken
        live(app, max(0.0, FRAME - taken[0].wall / 1000))
        if bar.value() in (bar.minimum(), bar.maximum()):
            break
    return times


def tell(name: str, times: list[Taken]) -> None:
    """Print the spread of frame times, by the clock and of this thread alone."""
    for kind in ("wall", "computing"):
        ordered = sorted(getattr(each, kind) for each in times)
        p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
        late = sum(each > FRAME * 1000 for each in ordered)
        print(
            f"{name} ({kind}): median {statistics.median(ordered):.1f} ms, p99 {p99:.1f} ms, "
            f"most {ordered[-1]:.1f} ms, {late} of {len(ordered)} frames over 16.7 ms"
        )
