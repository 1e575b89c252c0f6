"""Blocks into a document of Qt: plain paragraphs, no frames within frames, of bounded size."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from perhaps.markdown.blocks import Block, Code, Paragraph, Rule, Span, Style, Table
from perhaps.markdown.highlight import highlights
from perhaps.probability.doubt import Doubt
from perhaps.views.formatted.drawable import drawable
from perhaps.views.formatted.formats import Formats, left_edge
from perhaps.views.formatted.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QTextCharFormat

    from perhaps.views.theme import Theme

MOST_BLOCKS = 1200
"""Paragraphs, lines of code and cells of tables; a person scrolls no further."""
MOST_TABLES = 40
MOST_CHARACTERS = 60_000
"""What is laid out anew in a moment when the window changes its width."""
LONGEST_RUN = 2000
"""Characters without a line break; a longer one is broken."""
MOST_BARS = 12
"""Lines at the left of a quote within quotes."""
SIDES = {"right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}


@dataclass(frozen=True)
class Patch:
    """Paragraphs of the document, from the first to the last, that are painted as one."""

    first: int
    last: int
    left: float = 0.0
    code: str = ""
    """The whole code where it is code."""


@dataclass
class Page:
    """What was written besides the text itself."""

    places: Places = field(default_factory=Places)
    codes: list[Patch] = field(default_factory=list)
    quotes: list[Patch] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)
    """Paragraphs that are a line across."""


class DoubtMap:
    """How sure each character of the source is."""

    def __init__(self, starts: Sequence[int], doubts: Sequence[Doubt]) -> None:
        self._starts = starts
        self._doubts = doubts

    def cut(self, text: str, start: int) -> Iterator[tuple[str, Doubt]]:
        """Cut a text that stands at an offset into runs of one doubt; blanks are plain."""
        at = 0
        index = max(0, bisect_right(self._starts, start) - 1)
        while at < len(text):
            later = self._starts[index + 1] - start if index + 1 < len(self._starts) else len(text)
            end = min(len(text), later)
            run = text[at:end]
            doubt = self._doubts[index] if index < len(self._doubts) else Doubt.none
            yield from _without_edges(run, doubt)
            at, index = max(at, end), index + 1


class Writer:
    """Appends blocks to a document until it is full."""

    def __init__(self, document: QTextDocument, theme: Theme, doubts: DoubtMap | None) -> None:
        self.page = Page()
        self.full = False
        self._cursor = QTextCursor(document)
        self._formats = Formats(theme)
        self._doubts = doubts
        self._fresh = True
        self._tables = 0
        self._count = 0

    def write(self, blocks: Sequence[Block]) -> None:
        """Append blocks in one go; what has no room is left out and said so."""
        self._cursor.beginEditBlock()
        for block in blocks:
            if not self.full:
                self._write(block)
                self._check_room()
        self._cursor.endEditBlock()

    def _write(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._write_paragraph(block)
        elif isinstance(block, Code):
            self._write_code(block)
        elif isinstance(block, Table):
            self._write_table(block)
        elif isinstance(block, Rule):
            self._write_rule()

    def _check_room(self) -> None:
        long = self._cursor.position() >= MOST_CHARACTERS
        if long or self._count >= MOST_BLOCKS or self._tables >= MOST_TABLES:
            self.full = True
            self._begin(self._formats.block(0, 0, above=12, hangs=False))
            text = QCoreApplication.translate(
                "Writer", "The rest is too long to be formatted; it is under Tokens."
            )
            self._cursor.insertText(text, self._formats.muted())

    def _begin(self, shape: QTextBlockFormat) -> int:
        """Begin a paragraph; gives its number."""
        self._count += 1
        if self._fresh:
            self._fresh = False
            if self._cursor.blockNumber() == 0:
                shape = QTextBlockFormat(shape)
                shape.setTopMargin(0)
            self._cursor.setBlockFormat(shape)
        else:
            self._cursor.insertBlock(shape)
        return self._cursor.blockNumber()

    def _write_paragraph(self, block: Paragraph) -> None:
        above = 14.0 if block.heading else 3.0 if block.marker else 8.0
        shape = self._formats.block(
            block.quote, block.indent, above=above, hangs=bool(block.marker)
        )
        shape.setHeadingLevel(block.heading)
        first = self._begin(shape)
        if block.marker:
            self._cursor.insertText(f"{block.marker}\t", self._formats.muted())
        self._write_spans(block.spans, block.heading)
        self._note_quote(first, block.quote, block.indent)

    def _write_spans(self, spans: Sequence[Span], heading: int = 0) -> None:
        for span in spans:
            for part in _pieces(span):
                self._write_span(part, self._formats.span(part, heading))

    def _write_span(self, span: Span, look: QTextCharFormat) -> None:
        shown = drawable(span.text).replace("\n", "\u2028")
        if span.start is None or self._doubts is None:
            self._cursor.insertText(shown, look)
            return
        self.page.places.add(self._cursor.position(), span.start, shown)
        for text, doubt in self._doubts.cut(shown, span.start):
            self._cursor.insertText(text, self._formats.doubtful(look, doubt))

    def _write_code(self, block: Code) -> None:
        left = left_edge(block.quote, block.indent)
        runs = highlights(block.text, block.language)
        lines = list(_code_lines(block.text))[: MOST_BLOCKS - self._count]
        first = -1
        for number, (offset, line) in enumerate(lines):
            ends = number == len(lines) - 1
            shape = self._formats.code_block(left, first=not number, last=ends)
            place = self._begin(shape)
            first = place if first < 0 else first
            self._write_code_line(line, offset, runs, block.start)
        self.page.codes.append(Patch(first, self._cursor.blockNumber(), left, block.text))
        self._note_quote(first, block.quote, block.indent)

    def _write_code_line(
        self, line: str, offset: int, runs: list[tuple[int, int, str]], start: int | None
    ) -> None:
        for text, role, at in _coloured(line, offset, runs):
            look = self._formats.code(role)
            span = Span(text, Style.code, start=None if start is None else start + at)
            self._write_span(span, look)

    def _write_table(self, block: Table) -> None:
        self._tables += 1
        columns = max(map(len, block.rows))
        # A table wants a paragraph before it, and leaves one behind it that the next block takes.
        if self._fresh:
            self._begin(self._formats.block(0, 0, above=0, hangs=False))
        table = self._cursor.insertTable(
            len(block.rows), columns, self._formats.table(left_edge(block.quote, block.indent))
        )
        for row, cells in enumerate(block.rows):
            for column, spans in enumerate(cells):
                self._count += 1
                self._cursor = table.cellAt(row, column).firstCursorPosition()
                self._align(block.alignments, column)
                bold = Style.bold if row == 0 else Style.plain
                self._write_spans([replace(span, style=span.style | bold) for span in spans])
        self._cursor = QTextCursor(table.document())
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _align(self, alignments: Sequence[str], column: int) -> None:
        side = alignments[column] if column < len(alignments) else ""
        shape = QTextBlockFormat()
        shape.setAlignment(SIDES.get(side, Qt.AlignmentFlag.AlignLeft))
        self._cursor.setBlockFormat(shape)

    def _write_rule(self) -> None:
        number = self._begin(self._formats.block(0, 0, above=4, hangs=False))
        self._cursor.setBlockCharFormat(self._formats.rule())
        self.page.rules.append(number)

    def _note_quote(self, first: int, quote: int, indent: int) -> None:
        last = self._cursor.blockNumber()
        for depth in range(min(quote, MOST_BARS)):
            self.page.quotes.append(Patch(first, last, left_edge(depth, indent)))


def _without_edges(run: str, doubt: Doubt) -> Iterator[tuple[str, Doubt]]:
    """Leave blanks around a doubtful run plain."""
    inner = run.strip()
    if doubt is Doubt.none or not inner:
        yield run, Doubt.none
        return
    left = run.index(inner)
    parts = ((run[:left], Doubt.none), (inner, doubt), (run[left + len(inner) :], Doubt.none))
    yield from (part for part in parts if part[0])


def _pieces(span: Span) -> Iterator[Span]:
    """Break what is too long for one layout."""
    for first in range(0, len(span.text), LONGEST_RUN):
        start = None if span.start is None else span.start + first
        yield replace(span, text=span.text[first : first + LONGEST_RUN], start=start)


def _code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give lines with their offsets, long ones in parts."""
    offset = 0
    for line in text.split("\n"):
        for first in range(0, max(1, len(line)), LONGEST_RUN):
            yield offset + first, line[first : first + LONGEST_RUN]
        offset += len(line) + 1


def _coloured(
    line: str, offset: int, runs: list[tuple[int, int, str]]
) -> Iterator[tuple[str, str, int]]:
    """Give `(text, role, offset)` of a line, in order."""
    at, end = offset, offset + len(line)
    index = max(0, bisect_right(runs, offset, key=lambda run: run[1]))
    for start, stop, role in runs[index:]:
        if start >= end:
            break
        first, last = max(start, at), min(stop, end)
        if first > at:
            yield line[at - offset : first - offset], "", at
        yield line[first - offset : last - offset], role, first
        at = last
    if at < end:
        yield line[at - offset :], "", at
