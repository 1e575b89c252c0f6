"""Begin, stop, load, unload and close at random moments: nothing hangs, is left, or grows.

    python -m tests.reliability.churn --trials 1000 --seed 1

Each trial is one random wish, 0 to 0.5 s after the one before; every 25 trials the window closes
in the middle of an answer and opens again. At the end of each such life all answers must have ended
and no host may be left; the files and threads of this process, and those of the host, stay
constant. The growth of the host's memory is printed for each answer, and judged with `--growth`.
A deadlock prints all stacks after 20 s.

Seen to fail on planted bugs: `Supervisor.close` that tells no run its end ("run 5 has no end"),
`EngineClient.end` that never ends its writer ("threads grew").
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from perhaps.inference.protocol import LoadOptions, RunFinished
from tests.reliability import report
from tests.reliability.processes import (
    engine_hosts,
    open_files,
    resident_bytes,
    thread_count,
)
from tests.reliability.questions import (
    long_answer,
    long_question,
    pair_of,
    question_with_pictures,
    short_question,
)
from tests.reliability.watch import LONGEST_WAIT, PromiseBrokenError, Watch

if TYPE_CHECKING:
    from perhaps.inference.protocol import ModelPair

LIFE = 25
MOST_BETWEEN = 0.5
CLOSE_SECONDS = 3.0
STEADY = 5
"""Files or threads that may come or go."""
WISHES = ("ask", "ask", "ask", "stop", "stop", "load", "unload", "cancel_load")


@dataclass
class Tally:
    """What was measured over all lives."""

    answers: int = 0
    closings: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Life:
    """A window's side from opening to closing."""

    def __init__(self, pair: ModelPair, random: Random) -> None:
        self.watch = Watch()
        self._pair = pair
        self._random = random
        self.asked: list[int] = []
        self.watch.load(pair)

    def wish(self) -> None:
        """Ask for anything, and wait a little."""
        worker = self.watch.worker
        match self._random.choice(WISHES):
            case "ask":
                self.ask()
            case "stop" if self.asked:
                worker.stop(self._random.choice(self.asked))
            case "load":
                worker.load(self._pair, LoadOptions())
            case "unload":
                worker.unload()
            case "cancel_load":
                worker.cancel_load()
        time.sleep(self._random.uniform(0, MOST_BETWEEN))

    def ask(self) -> None:
        questions = (
            short_question(),
            long_answer(),
            long_question(self._random),
            question_with_pictures(self._random, count=1),
        )
        question = self._random.choice(questions)
        self.asked.append(self.watch.worker.generate(question))

    def settle(self) -> None:
        """After all that, the engine still loads and answers."""
        for run_id in self.asked:
            self.watch.worker.stop(run_id)
        self.watch.load(self._pair)
        self.watch.answer(short_question())

    def close_while_it_answers(self) -> float:
        """Close in the middle of an answer; gives the seconds that took."""
        run_id = self.watch.worker.generate(long_answer())
        self.asked.append(run_id)
        self.watch.wait_for_event(run_id, lambda event: True)
        time.sleep(self._random.uniform(0, 0.1))
        began = time.monotonic()
        self.watch.close()
        seconds = time.monotonic() - began
        for asked in self.asked:
            events = self.watch.events(asked)
            if sum(isinstance(event, RunFinished) for event in events) != 1:
                raise PromiseBrokenError(f"run {asked} has no end, or several: {events[-2:]}")
        if seconds > CLOSE_SECONDS:
            raise PromiseBrokenError(f"closing took {seconds:.2f} s")
        return seconds


def churn(count: int, seed: int, shape: str, life_length: int = LIFE) -> Tally:
    """Live through `count` wishes."""
    tally = Tally()
    random = Random(seed)
    for first in range(0, count, life_length):
        life = Life(pair_of(shape), random)
        try:
            for _ in range(min(life_length, count - first)):
                faulthandler.dump_traceback_later(LONGEST_WAIT, file=sys.__stderr__)
                life.wish()
            life.settle()
            if lost := life.watch.first("host_lost"):
                raise PromiseBrokenError(f"the engine was lost: {lost.arguments[0].message}")
            tally.closings.append(life.close_while_it_answers())
        except PromiseBrokenError as error:
            facts = {"seed": seed, "trial": first}
            path = report.keep_failure("churn", facts, life.watch, str(error))
            tally.failures.append(f"trials from {first}: {error} ({path.name})")
            life.watch.worker.close()
        finally:
            faulthandler.cancel_dump_traceback_later()
        tally.answers += len(life.asked)
        del life
        gc.collect()
        tally.files.append(open_files(os.getpid()))
        tally.threads.append(threading.active_count())
    tally.failures += _leftovers(tally)
    return tally


def _leftovers(tally: Tally) -> list[str]:
    failures = [f"orphan hosts: {left}"] if (left := engine_hosts()) else []
    for name, counts in (("open files", tally.files), ("threads", tally.threads)):
        if counts[-1] - counts[0] > STEADY:
            failures.append(f"{name} grew: {counts}")
    return failures


@dataclass(frozen=True)
class Growth:
    """What one host gained over many answers, after some to warm up."""

    answers: int
    bytes_each: float
    files: int
    threads: int


def growth(answers: int, seed: int, shape: str) -> Growth:
    """Ask one host many times, a third of it with pictures, a tenth of it stopped."""
    random = Random(seed)
    watch = Watch()
    watch.load(pair_of(shape))
    for _ in range(max(10, answers // 4)):
        _ask_once(watch, random)
    pid = watch.worker.host_pid
    before = (resident_bytes(pid), open_files(pid), thread_count(pid))
    for _ in range(answers):
        _ask_once(watch, random)
    gained = [
        now - then
        for now, then in zip(
            (resident_bytes(pid), open_files(pid), thread_count(pid)), before, strict=True
        )
    ]
    watch.close()
    return Growth(answers, gained[0] / answers, gained[1], gained[2])


def _ask_once(watch: Watch, random: Random) -> None:
    if random.random() < 0.1:
        run_id = watch.worker.generate(long_answer())
        watch.wait_for_event(run_id, lambda event: True)
        watch.worker.stop(run_id)
    elif random.random() < 1 / 3:
        run_id = watch.worker.generate(question_with_pictures(random, count=1, max_tokens=8))
    else:
        run_id = watch.worker.generate(short_question())
    watch.end_of(run_id)


def main() -> int:
    parser = report.arguments_of(__doc__, trials=100)
    parser.add_argument("--life", type=int, default=LIFE, help="wishes between two closings")
    parser.add_argument("--answers", type=int, default=100, help="over which memory may grow")
    parser.add_argument("--growth", type=float, help="most bytes for each answer")
    options = parser.parse_args()
    report.say(f"seed {options.seed}, {report.load_note()}")
    tally = churn(options.trials, options.seed, options.shape, options.life)
    numbers = {"answers": tally.answers, "files": tally.files, "threads": tally.threads}
    if tally.closings:
        numbers["closing_ms"] = report.summary(tally.closings)
    grown = growth(options.answers, options.seed, options.shape)
    numbers["host"] = vars(grown)
    report.say("\n".join(f"{name}: {value}" for name, value in numbers.items()))
    failures = tally.failures
    if options.growth is not None and grown.bytes_each > options.growth:
        failures.append(f"the host grew by {grown.bytes_each:.0f} bytes for each answer")
    if max(grown.files, grown.threads) > STEADY:
        failures.append(f"the host gained {grown.files} files and {grown.threads} threads")
    return report.finish("churn", options.seed, numbers, failures)


if __name__ == "__main__":
    sys.exit(main())
