"""One bench on its way: the programs that take part, and who is measured when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from perhaps.bench.contract import Setup
from perhaps.bench.program import Program
from perhaps.bench.workload import write_picture
from perhaps.errors import EngineLostError

OURS = "Perhaps"
THROUGH_HOST = "Perhaps through its host"
LLAMA_CPP_PYTHON = "llama-cpp-python"
LLAMA_SERVER = "llama-server"
BARE_LOOP = "bare loop"

T = TypeVar("T")
Measure = Callable[[Program, int], T]
"""Called with the program and the number of the round."""


@dataclass
class Bench:
    """What the rows need in order to measure."""

    setup: Setup
    rounds: int
    folder: Path
    """For the pictures."""
    tell: Callable[[str], None]
    """Takes what is going on, for the terminal."""
    absent: dict[str, str] = field(default_factory=dict)
    """The programs that do not take part, and why."""
    programs: dict[str, Program] = field(default_factory=dict, init=False)
    _peers: set[str] = field(default_factory=set, init=False)
    _pictures: int = field(default=0, init=False)

    def admit(self, program: Program, *, is_peer: bool) -> None:
        """Have a program load and take part; a peer may fail and is left out then."""
        self.programs[program.name] = program
        if is_peer:
            self._peers.add(program.name)
        self.tell(f"Starting {program.name}")
        with self._peers_may_fail(program.name):
            program.load(self.setup)

    def has(self, *names: str) -> bool:
        """Whether all these programs take part."""
        return all(name in self.programs for name in names)

    def new_picture(self) -> str:
        """Give the path of a picture that no program has seen."""
        self._pictures += 1
        return write_picture(self.folder, self._pictures)

    def warm_up(self, what: str, measures: Mapping[str, Measure[T]]) -> None:
        """Measure each program once, for nothing."""
        for name in self._taking_part(measures):
            self.tell(f"{what}: {name} warms up")
            with self._peers_may_fail(name):
                measures[name](self.programs[name], 0)

    def alternate(
        self, what: str, measures: Mapping[str, Measure[T]], *, afresh: bool = False
    ) -> dict[str, list[T]]:
        """Measure each program once a round, beginning with another one each round.

        `afresh` starts it anew each time: where weights come to lie in memory makes one process
        faster than the next by up to a sixth, for as long as it lives.
        """
        taken: dict[str, list[T]] = defaultdict(list)
        for number in range(self.rounds):
            names = self._taking_part(measures)
            for i in range(len(names)):
                name = names[(number + i) % len(names)]
                self.tell(f"{what}: {name}, round {number + 1} of {self.rounds}")
                with self._peers_may_fail(name):
                    if afresh:
                        self.programs[name].restart(self.setup)
                    taken[name].append(measures[name](self.programs[name], number))
        return {name: taken[name] for name in self._taking_part(taken)}

    @contextmanager
    def _peers_may_fail(self, name: str) -> Iterator[None]:
        try:
            yield
        except EngineLostError as error:
            if name not in self._peers:
                raise
            del self.programs[name]
            self.absent[name] = str(error)

    def _taking_part(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self.programs]
