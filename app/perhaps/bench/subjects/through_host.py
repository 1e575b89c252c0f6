"""Perhaps as the window uses it: worker thread, pipe, engine host."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QEventLoop

from perhaps.bench.contract import AskTimes, resident_bytes, serve
from perhaps.bench.subjects.watched import Watch, greedy_request
from perhaps.inference.protocol import Failure, LoadOptions, ModelInfo, ModelPair, Picture
from perhaps.inference.worker import EngineWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.bench.contract import Question, Setup
    from perhaps.inference.protocol import ImagePixels, RunEvent

T = TypeVar("T")


class ThroughHost:
    """Asks an EngineWorker and waits in the event loop, as the window does."""

    def __init__(self) -> None:
        self._application = QCoreApplication([])
        self._facts: deque[object] = deque()
        self._pictures: dict[str, ImagePixels] = {}
        self._watches: dict[int, Watch] = {}
        self.worker = EngineWorker()
        self.worker.model_loaded.connect(self._facts.append)
        self.worker.load_failed.connect(self._facts.append)
        self.worker.host_lost.connect(self._facts.append)
        self.worker.picture_read.connect(lambda _ticket, picture: self._facts.append(picture))
        self.worker.picture_refused.connect(lambda _ticket, failure: self._facts.append(failure))
        self.worker.run_advanced.connect(self._on_run_advanced)
        self.worker.start()

    def load(self, setup: Setup) -> str:
        """Load the pair and tell which build answers."""
        options = LoadOptions(
            threads=setup.threads, context_size=setup.context_size, disk_cache=False
        )
        self.worker.load(ModelPair(setup.model, setup.projector), options)
        info = self._await_fact(ModelInfo)
        return f"{info.architecture}, {info.context_size} tokens of context"

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Ask all questions at once and wait for the answers."""
        start = time.perf_counter()
        watches = [Watch() for _ in questions]
        for question, watch in zip(questions, watches, strict=True):
            picture = self._picture(question.picture)
            request = greedy_request(question, picture, max_tokens, top_logprobs)
            self._watches[self.worker.generate(request)] = watch
        self._wait_until(lambda: all(watch.finished for watch in watches))
        wall_ms = 1000 * (time.perf_counter() - start)
        return AskTimes(tuple(watch.times() for watch in watches), wall_ms)

    def prepare(self, question: Question) -> None:
        """Begin to read the picture of a question that will come, and return at once."""
        request = greedy_request(question, self._picture(question.picture), 1, 0)
        run_id = self.worker.generate(replace(request, prepare_only=True))
        self._watches[run_id] = Watch()

    def resident_bytes(self) -> int:
        """Memory of the engine host."""
        return resident_bytes(self.worker.host_pid)

    def _picture(self, path: str | None) -> ImagePixels | None:
        if path is None:
            return None
        if path not in self._pictures:
            self.worker.read_picture(path)
            self._pictures[path] = self._await_fact(Picture).image
        return self._pictures[path]

    def _await_fact(self, kind: type[T]) -> T:
        self._wait_until(lambda: bool(self._facts))
        fact = self._facts.popleft()
        if isinstance(fact, Failure):
            raise RuntimeError(fact.message)
        assert isinstance(fact, kind)
        return fact

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def _on_run_advanced(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        for event in events:
            self._watches[run_id].see(event)


def main() -> None:
    """Answer the bench."""
    subject = ThroughHost()
    try:
        serve(subject)
    finally:
        subject.worker.close()
