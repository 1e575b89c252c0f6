"""One bench on its way: the programs that take part, and who is measured when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from perhaps.bench.contract import Setup
from perhaps.bench.program import Program
from perhaps.bench.workload import write_picture

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
    programs: Mapping[str, Program]
    rounds: int
    folder: Path
    """For the pictures."""
    tell: Callable[[str], None]
    """Takes what is going on, for the terminal."""
    _pictures: int = field(default=0, init=False)

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
            measures[name](self.programs[name], 0)

    def alternate(self, what: str, measures: Mapping[str, Measure[T]]) -> dict[str, list[T]]:
        """Measure each program once a round, beginning with another one each round."""
        taken: dict[str, list[T]] = defaultdict(list)
        names = self._taking_part(measures)
        for number in range(self.rounds):
            for i in range(len(names)):
                name = names[(number + i) % len(names)]
                self.tell(f"{what}: {name}, round {number + 1} of {self.rounds}")
                taken[name].append(measures[name](self.programs[name], number))
        return taken

    def _taking_part(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self.programs]
