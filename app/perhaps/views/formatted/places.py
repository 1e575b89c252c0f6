"""Which character of a source each place of a formatted text shows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perhaps.views.token_layout import slice_units, units

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Stretch:
    """Text that stands in the source letter by letter."""

    place: int
    """Of its first character in the document, in UTF-16 units."""
    start: int
    """Of its first character in the source, in characters."""
    text: str


class Places:
    """Stretches in the order in which they were written, which is that of the source."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []

    def add(self, place: int, start: int, text: str) -> None:
        """Note a stretch that was just written."""
        self._stretches.append(Stretch(place, start, text))

    def source_at(self, place: int) -> int | None:
        """Give the offset in the source of what stands at a place; None for signs of our own."""
        index = bisect_right(self._stretches, place, key=lambda stretch: stretch.place) - 1
        if index < 0:
            return None
        found = self._stretches[index]
        before = slice_units(found.text, 0, place - found.place)
        return found.start + len(before) if len(before) < len(found.text) else None

    def ranges(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Give the ranges of places that show a range of the source."""
        index = bisect_right(self._stretches, first, key=lambda stretch: stretch.start) - 1
        for stretch in self._stretches[max(0, index) :]:
            if stretch.start >= last:
                return
            begin, end = max(first - stretch.start, 0), min(last - stretch.start, len(stretch.text))
            if begin < end:
                left = stretch.place + units(stretch.text[:begin])
                yield left, left + units(stretch.text[begin:end])
