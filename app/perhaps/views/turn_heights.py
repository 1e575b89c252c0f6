"""Where each turn of a long chat lies, most of them unseen and only guessed at."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.state.turn import Turn

LINE = 25
"""Pixels of a line of text, for a guess."""
LETTERS = 84
"""Characters of a line, likewise."""
REST = 110
"""What is around the words of a turn."""
PICTURE = 250


class TurnHeights:
    """Heights from top to bottom with gaps between them; all in pixels."""

    def __init__(self, top: int, gap: int) -> None:
        self._top = top
        self._gap = gap
        self._heights: list[int] = []
        self._tops: list[int] = []

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        """Down to the end of the last turn."""
        if not self._heights:
            return self._top
        return self.top(len(self._heights) - 1) + self._heights[-1]

    def set_from(self, first: int, heights: Iterable[int]) -> None:
        """Replace all heights from an index on."""
        del self._heights[first:]
        self._heights.extend(heights)
        self._tops = []

    def set(self, index: int, height: int) -> int:
        """Take the true height of a turn; gives by how much it differs."""
        difference = height - self._heights[index]
        if difference:
            self._heights[index] = height
            self._tops = []
        return difference

    def top(self, index: int) -> int:
        """Where a turn begins."""
        return self._all_tops()[index]

    def between(self, top: int, bottom: int) -> range:
        """The turns that touch a stretch."""
        tops = self._all_tops()
        first = max(0, bisect_right(tops, top) - 1)
        if first < len(tops) and tops[first] + self._heights[first] <= top:
            first += 1
        return range(first, bisect_right(tops, bottom))

    def _all_tops(self) -> list[int]:
        if not self._tops and self._heights:
            steps = (height + self._gap for height in self._heights[:-1])
            self._tops = list(accumulate(steps, initial=self._top))
        return self._tops


def guess(turn: Turn) -> int:
    """Guess the height of a turn by its words and pictures."""
    words = turn.question.text
    answer = turn.shown.text
    lines = len(words) // LETTERS + len(answer) // LETTERS
    breaks = words.count("\n", 0, 4000) + answer.count("\n")
    return REST + LINE * (2 + min(lines + breaks, 4000)) + PICTURE * bool(turn.question.pictures)
