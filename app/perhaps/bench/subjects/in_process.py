"""Perhaps's engine in the process that asks."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.bench.contract import AskTimes, resident_bytes, serve
from perhaps.bench.subjects.watched import Watch, greedy_request
from perhaps.inference.local import LocalEngine
from perhaps.inference.model_facts import CPU
from perhaps.inference.protocol import LoadOptions, ModelPair

if TYPE_CHECKING:
    from perhaps.bench.contract import Question, Setup
    from perhaps.inference.protocol import ImagePixels, Run


class InProcess:
    """Asks a LocalEngine."""

    def __init__(self) -> None:
        self._engine = LocalEngine()
        # A picture is read when it is dropped, not again with each question.
        self._pictures: dict[str, ImagePixels] = {}
        self._preparing: Run | None = None
        self._device_bytes = 0

    def load(self, setup: Setup) -> str:
        """Load the pair and tell which build answers."""
        # Without what an earlier bench left on disk, all programs begin alike.
        folder = Path(setup.embeddings) if setup.embeddings else None
        self._engine = LocalEngine(folder)
        options = LoadOptions(
            threads=setup.threads,
            context_size=setup.context_size,
            disk_cache=folder is not None,
        )
        info = self._engine.load(
            ModelPair(setup.model, setup.projector), options, lambda _progress: None
        )
        self._device_bytes = sum(use.taken for use in info.memory if use.device != CPU)
        halves = filter(None, (info.placement.vision, info.placement.language))
        places = [
            f"{half.on_device} of {half.total} {half.unit} on {half.device}" for half in halves
        ]
        return ", ".join([info.architecture, f"{info.context_size} tokens of context", *places])

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Ask all questions at once and wait for the answers."""
        encoded = self._encoded()
        start = time.perf_counter()
        watches = [Watch() for _ in questions]
        requests = [
            greedy_request(question, self._picture(question.picture), max_tokens, top_logprobs)
            for question in questions
        ]
        runs = [self._engine.generate(request) for request in requests]
        waiting = [0]
        for run, watch in zip(runs, watches, strict=True):
            for event in run:
                watch.see(event)
                if len(runs) > 1:
                    waiting.append(self._engine.statistics().waiting)
        wall_ms = 1000 * (time.perf_counter() - start)
        answers = tuple(watch.times() for watch in watches)
        return AskTimes(answers, wall_ms, self._encoded() - encoded, max(waiting))

    def prepare(self, question: Question) -> None:
        """Begin to read the picture of a question that will come, and return at once."""
        request = greedy_request(question, self._picture(question.picture), 1, 0)
        # A run that nobody holds is stopped.
        self._preparing = self._engine.generate(replace(request, prepare_only=True))

    def statistics(self) -> dict[str, float]:
        """Give numbers by name."""
        counted = asdict(self._engine.statistics())
        numbers = {name: value for name, value in counted.items() if not isinstance(value, str)}
        return {**numbers, "device_bytes": self._device_bytes}

    def resident_bytes(self) -> int:
        """Memory of this process."""
        return resident_bytes()

    def _picture(self, path: str | None) -> ImagePixels | None:
        if path is None:
            return None
        if path not in self._pictures:
            self._pictures[path] = self._engine.read_picture(path).image
        return self._pictures[path]

    def _encoded(self) -> int:
        return self._engine.statistics().pictures_encoded


def main() -> None:
    """Answer the bench."""
    serve(InProcess())
