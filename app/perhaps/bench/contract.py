"""What the bench asks of a program that it measures, and what it hears; standard library alone.

Each program runs in a process of its own, maybe under another interpreter, and is told by lines
of JSON what to do.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Setup:
    """What all programs are started with."""

    model: str
    projector: str | None
    threads: int
    context_size: int
    bare_loop: str | None = None
    """The program of engine/benchmarks, where it was built."""
    embeddings: str | None = None
    """A folder in which ours keeps encoded pictures from start to start; None keeps none."""


@dataclass(frozen=True)
class Question:
    """One question, with a picture (a file path) in front of it or without."""

    text: str
    picture: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class AnswerTimes:
    """One answer as whoever asked saw it."""

    first_token_ms: float
    """From asking to the first token; the picture file is read within."""
    generate_ms: float
    """From the first token to the last."""
    tokens: int
    prompt_tokens: int
    cached_tokens: int
    """Of the prompt, those that were not computed anew."""
    stages_ms: dict[str, float] = field(default_factory=dict)
    """What ours tells of each stage."""

    @property
    def tokens_per_second(self) -> float:
        """The speed of writing, the first token left out."""
        return 1000 * (self.tokens - 1) / self.generate_ms


@dataclass(frozen=True)
class AskTimes:
    """What one wish took, with one answer for each question."""

    answers: tuple[AnswerTimes, ...]
    wall_ms: float
    """From asking to the end of the last answer."""
    encoded: int | None = None
    """Pictures that were encoded for it; None where the program does not tell."""
    waiting: int | None = None
    """The most answers that waited at the same time; None where the program does not tell."""


class Subject(Protocol):
    """A program that is measured."""

    def load(self, setup: Setup) -> str:
        """Load the pair and tell which build answers."""

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Ask all questions at once and wait for the answers."""

    def resident_bytes(self) -> int:
        """Memory of the process that computes."""


@runtime_checkable
class WorksAhead(Protocol):
    """A program that can use the time before a question."""

    def prepare(self, question: Question) -> None:
        """Begin to read the picture of a question that will come, and return at once."""


@runtime_checkable
class KeepsCount(Protocol):
    """A program that tells what it did since it was loaded."""

    def statistics(self) -> dict[str, float]:
        """Give numbers by name."""


def serve(subject: Subject) -> None:
    """Do what the lines on standard input say, until they end."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever a library prints must not come between the replies.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        try:
            reply = {"result": _do(subject, **json.loads(line))}
        except Exception as error:  # noqa: BLE001 - it is told to whoever asked
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _do(subject: Subject, wish: str, **given: Any) -> Any:
    if wish == "load":
        return subject.load(Setup(**given))
    if wish == "resident_bytes":
        return subject.resident_bytes()
    if wish == "statistics":
        assert isinstance(subject, KeepsCount)
        return subject.statistics()
    if wish == "prepare":
        assert isinstance(subject, WorksAhead)
        return subject.prepare(Question(**given))
    questions = [Question(**question) for question in given.pop("questions")]
    return asdict(subject.ask(questions, **given))


def resident_bytes(process: int | None = None) -> int:
    """Memory of a process, this one unless another is named; 0 where the system does not tell."""
    try:
        with open(f"/proc/{process or os.getpid()}/statm", encoding="ascii") as file:  # noqa: PTH123
            pages = int(file.read().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
