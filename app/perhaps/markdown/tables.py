"""Rows of a table brought into a shape that a page has room for, with all that they hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from perhaps.markdown.blocks import Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Cell = tuple[Span, ...]

MOST_COLUMNS = 16
"""The last one takes what further ones hold."""
MOST_ROWS = 120
"""Of one table; a longer one goes on in another below it."""
LONGEST_HEAD = 1000
"""Characters of the two lines that are repeated where a table goes on in the next segment."""
DIVIDER = Span(" | ")
BARS = re.compile(r"(?<!\\)\|")


def tables(
    rows: Sequence[Sequence[Cell]], sides: Sequence[str], quote: int, indent: int
) -> Iterator[Table]:
    """Give rows, of which the first names the columns, as tables with that row on top of each."""
    head, *body = (_folded(row) for row in rows)
    for first in range(0, max(1, len(body)), MOST_ROWS):
        shown = (head, *body[first : first + MOST_ROWS])
        yield Table(shown, tuple(sides[:MOST_COLUMNS]), quote, indent)
        head = unplaced(head)


def unplaced(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """Give a row as one that stands nowhere in the source."""
    return tuple(tuple(replace(span, start=None) for span in cell) for cell in row)


def surplus(line: str, columns: int) -> str:
    """Give what a line of a table holds beyond its columns; Markdown itself would drop it."""
    cells = line.lstrip("> \t").rstrip().removeprefix("|")
    ends = [found.end() for found in BARS.finditer(cells)]
    rest = cells[ends[columns - 1] :].strip() if len(ends) >= columns else ""
    if not rest.strip("| \t"):
        return ""
    return rest if rest.endswith("\\|") else rest.removesuffix("|").rstrip()


def _folded(row: Sequence[Cell]) -> tuple[Cell, ...]:
    *kept, last = row[:MOST_COLUMNS]
    for cell in row[MOST_COLUMNS:]:
        last = (*last, DIVIDER, *cell)
    return (*kept, last)
