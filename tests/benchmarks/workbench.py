"""`python -m tests.benchmarks.workbench`: how the window keeps up with a fast model.

A scripted engine in a process of its own writes 4 000 tokens at 300 a second, with the
chat, the candidates, what-if samplers and the chart in sight. A timer in the same event
loop tells how late it was called. Then the kept trace is opened again, and sliders are
moved. Prints one line for each figure and its bar; exits with 1 where one is missed.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QSlider

from perhaps.inference.worker import EngineWorker
from perhaps.paths import resources_path
from perhaps.probability.trace_file import from_bytes, to_bytes
from perhaps.state.answer import Answer
from perhaps.state.archive_link import ArchiveWorker
from perhaps.state.conversation import Conversation, Question, Turn
from perhaps.state.quiet_garbage import QuietGarbage
from perhaps.state.session import Session
from perhaps.views.main_window import MainWindow
from perhaps.views.theme import Theme
from tests.helpers.fake_engine import in_child
from tests.helpers.scripts import AnswerScript, token_step
from tests.state.builders import PAIR

if TYPE_CHECKING:
    from collections.abc import Callable

TOKENS = 4000
RATE = 300
OVERHEAD = 0.0006
"""Seconds that the scripted engine takes for a token besides its pause."""
BEAT_MS = 4
P99_MS, MAX_MS, OPEN_MS, SLIDER_MS = 16.0, 100.0, 200.0, 16.0


class Heart:
    """Beats in the event loop and notes how late each beat came."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now


class Bench:
    """A window with a scripted engine, and figures against their bars."""

    def __init__(self, folder: Path) -> None:
        self.app = QApplication.instance() or QApplication([])
        self.app.setStyle("Fusion")
        self.steps = tuple(token_step(f" word{i}" if i % 23 else "\n") for i in range(TOKENS))
        script = AnswerScript(self.steps, delay=1 / RATE - OVERHEAD)
        self.worker = EngineWorker(spawn=in_child(folder / "host.log", answers=(script,)))
        store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.archive = ArchiveWorker(folder / "archive")
        self.session = Session(self.worker, store, self.app, self.archive)
        self.session.settings.max_tokens = TOKENS
        theme = Theme(self.app, self.session.settings, resources_path() / "themes")
        self.window = MainWindow(self.session, theme, resources_path(), PAIR)
        self.garbage = QuietGarbage(self.session)
        self.missed = False

    def tell(self, what: str, value: float, bar: float, unit: str = "ms") -> None:
        """Print a figure beside its bar."""
        met = value <= bar
        self.missed |= not met
        print(f"{what}: {value:.1f} {unit} (at most {bar:g}){'' if met else '  MISSED'}")

    def open(self) -> None:
        self.window.resize(1400, 900)
        self.window.show()
        self.worker.start()
        self.archive.start()
        self.session.engine.load(PAIR)
        self.until(lambda: self.session.engine.info is not None)
        self.until(lambda: self.window.findChild(object, "chartPlot") is not None)

    def until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            self.app.processEvents()
            time.sleep(0.001)
            if time.monotonic() > end:
                sys.exit("it takes too long")

    def close(self) -> None:
        self.window.close()
        self.garbage.end()
        self.session.close()
        self.archive.close()
        self.worker.close()

    def stream(self) -> None:
        """Follow a long answer as it comes."""
        before, heart = resident_mb(), Heart()
        self.session.ask("Count.")
        self.until(lambda: bool(self.session.last_answer and self.session.last_answer.steps))
        self.unfold_what_if()
        heart.start()
        began, used = time.perf_counter(), time.process_time()
        loop = QEventLoop()
        self.session.answering_changed.connect(loop.quit)
        while self.session.answering:
            loop.exec()
        seconds, used = time.perf_counter() - began, time.process_time() - used
        heart.stop()
        answer = self.session.last_answer
        assert answer is not None
        assert list(answer.steps) == list(self.steps), "tokens were lost or reordered"
        print(f"{TOKENS} tokens in {seconds:.1f} s ({TOKENS / seconds:.0f} a second), in order")
        print(f"the window took {used:.1f} s of processor time, {used / seconds:.0%} of one core")
        late = np.array(heart.late)
        print(f"{len(late)} beats, half of them {np.median(late):.1f} ms late at most")
        self.tell("heartbeat p99", float(np.percentile(late, 99)), P99_MS)
        self.tell("heartbeat max", float(late.max()), MAX_MS)
        print(f"memory grew by {resident_mb() - before:.1f} MB")

    def unfold_what_if(self) -> None:
        toggle = self.window.findChild(QPushButton, "whatIfToggle")
        if not toggle.isChecked():
            toggle.click()

    def reopen(self) -> None:
        """Open the trace of the long answer from its bytes until it is painted."""
        answer = self.session.last_answer
        assert answer is not None
        data = to_bytes(answer.trace)
        print(f"trace: {len(data) / len(answer.trace):.0f} bytes a token")
        times = []
        for _ in range(5):
            began = time.perf_counter()
            again = Answer(
                answer.request, answer.model, trace=from_bytes(data), finish=answer.finish
            )
            turn = Turn(Question("Count."))
            turn.add_answer(again)
            chat = Conversation(self.session)
            chat.add_turn(turn)
            self.session.open_chat(chat)
            self.app.processEvents()
            self.window.repaint()
            times.append((time.perf_counter() - began) * 1000)
            self.until(lambda: True)
        self.tell("opening a trace, median", statistics.median(times), OPEN_MS)

    def slide(self) -> None:
        """Move each slider and wait until everything that changed is painted."""
        self.unfold_what_if()
        times = []
        for name in ("whatIfTemperature", "whatIfTopK", "whatIfTopP", "whatIfMinP"):
            slider = self.window.findChild(QSlider, name)
            for place in np.linspace(slider.minimum(), slider.maximum(), 40):
                began = time.perf_counter()
                slider.setValue(round(place))
                self.app.processEvents()
                times.append((time.perf_counter() - began) * 1000)
        print(f"moving a slider: half of {len(times)} moves {statistics.median(times):.1f} ms")
        self.tell("moving a slider, p95", float(np.percentile(times, 95)), SLIDER_MS)


def resident_mb() -> float:
    """What the window holds in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.open()
        try:
            bench.stream()
            bench.slide()
            bench.reopen()
        finally:
            bench.close()
    sys.exit(bench.missed)


if __name__ == "__main__":
    main()
