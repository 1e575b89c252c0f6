"""What a formatted text is made of: a flat list of blocks, each with runs of styled text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Style(Flag):
    """How a run of text looks."""

    plain = 0
    bold = auto()
    italic = auto()
    code = auto()
    struck = auto()
    formula = auto()


@dataclass(frozen=True)
class Span:
    """A run of text in one style."""

    text: str
    style: Style = Style.plain
    href: str = ""
    """Where a link leads: http, https or mailto, else empty."""
    start: int | None = None
    """Offset of its first character in the source, where it stands there letter by letter."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, a heading, or an item of a list."""

    spans: tuple[Span, ...]
    heading: int = 0
    """1 for the largest, 0 for running text."""
    quote: int = 0
    """How deep in quotes."""
    indent: int = 0
    """How deep in lists."""
    marker: str = ""
    """The sign or number before an item."""


@dataclass(frozen=True)
class Code:
    """Lines that stay as they are."""

    text: str
    language: str = ""
    quote: int = 0
    indent: int = 0
    start: int | None = None
    """Offset in the source, as of a `Span`."""


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row names the columns."""

    rows: tuple[tuple[tuple[Span, ...], ...], ...]
    alignments: tuple[str, ...]
    """`left`, `right` or `center` of each column."""
    quote: int = 0
    indent: int = 0


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Paragraph | Code | Table | Rule


MOST_CELLS = 400
"""Of the tables of one part; a table is not parted."""


def in_parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Part blocks where their tables are too large to be laid out in one go; gives one at least."""
    part: list[Block] = []
    cells = 0
    for block in blocks:
        added = len(block.rows) * len(block.alignments) if isinstance(block, Table) else 0
        if cells and cells + added > MOST_CELLS:
            yield part
            part, cells = [], 0
        part.append(block)
        cells += added
    yield part


def is_plain(blocks: list[Block]) -> bool:
    """Whether nothing in them looks other than plain text does."""
    return all(
        isinstance(block, Paragraph)
        and not (block.heading or block.quote or block.marker)
        and all(not span.style and not span.href for span in block.spans)
        for block in blocks
    )
