"""Measured values, what they must be, and whether they are."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RATIO = "×"


class Sense(Enum):
    """Which side of a bar is good."""

    at_least = "≥"
    at_most = "≤"


@dataclass(frozen=True)
class Bar:
    """What a median must be."""

    sense: Sense
    limit: float

    def met(self, value: float) -> bool:
        """Whether a value is on the good side."""
        return value >= self.limit if self.sense is Sense.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{self.sense.value} {self.limit:g}"


@dataclass(frozen=True)
class Row:
    """One line of the result: a value for each round."""

    what: str
    program: str
    unit: str
    values: tuple[float, ...]
    bar: Bar | None = None

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the median meets the bar; None where there is none."""
        return self.bar.met(self.median) if self.bar else None


def at_least(limit: float) -> Bar:
    """Give a bar for what should be high."""
    return Bar(Sense.at_least, limit)


def at_most(limit: float) -> Bar:
    """Give a bar for what should be low."""
    return Bar(Sense.at_most, limit)


def ratio(
    what: str,
    program: str,
    values: Sequence[float],
    reference: Sequence[float],
    bar: Bar | None = None,
) -> Row:
    """Divide round by round, so that what slows one round down cancels out."""
    pairs = zip(values, reference, strict=True)
    return Row(what, program, RATIO, tuple(value / against for value, against in pairs), bar)
