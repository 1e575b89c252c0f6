"""Times of single frames, and what they say together."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop

if TYPE_CHECKING:
    from collections.abc import Callable

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


def scroll(app: QApplication, area: QAbstractScrollArea, step: int, frames: int) -> list[float]:
    """Scroll at 60 frames a second; gives the milliseconds from the wish to the painted frame."""
    bar = area.verticalScrollBar()
    times = []
    for _ in range(frames):
        begun = time.perf_counter()
        bar.setValue(bar.value() + step)
        area.viewport().repaint()
        times.append((time.perf_counter() - begun) * 1000)
        live(app, max(0.001, FRAME - times[-1] / 1000))
        if bar.value() in (bar.minimum(), bar.maximum()):
            break
    return times


def tell(name: str, times: list[float]) -> None:
    """Print the spread of frame times."""
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    late = sum(each > FRAME * 1000 for each in times)
    print(
        f"{name}: median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms, "
        f"most {max(times):.1f} ms, {late} of {len(times)} frames over 16.7 ms"
    )
