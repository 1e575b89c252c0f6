"""Markdown into blocks: CommonMark, tables and formulas, without HTML and pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.markdown.alignment import Aligner
from perhaps.markdown.blocks import Block, Code, Paragraph, Rule, Span, Style, in_parts
from perhaps.markdown.formulas import readable
from perhaps.markdown.links import references, safe_link
from perhaps.markdown.parser import parse
from perhaps.markdown.segments import open_fence, segments
from perhaps.markdown.tables import DIVIDER, LONGEST_HEAD, surplus, tables, unplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

MOST_FORMULAS = 40
"""Of one segment; the others are shown as they were written."""
BULLETS = "•◦▪"
MARKS = {"strong": Style.bold, "em": Style.italic, "s": Style.struck}
INDENTATION = re.compile(r"(?:[ \t]*\n)*([ \t]*)")
LOOKS_MARKED = re.compile(r"[*_`#>|$~\[\\&<]|^[ \t]*(?:[-+=]|\d+[.)])", re.MULTILINE)


def may_hold_markdown(text: str) -> bool:
    """Tell quickly whether a text is worth reading."""
    return LOOKS_MARKED.search(text) is not None


def read(text: str) -> Iterator[list[Block]]:
    """Give the blocks of a text part by part; none of them takes long to read and lay out."""
    fence = head = ""
    named = references(text)
    in_code = True
    for start, segment in segments(text):
        opening = fence or (head if "|" in segment.partition("\n")[0] else "")
        reader = SegmentReader(segment, start, opening)
        yield from in_parts(reader.blocks(named, outdented=not fence and not in_code))
        fence, head = open_fence(opening + segment), reader.open_head
        in_code = reader.ends_in_code


class SegmentReader:
    """Reads one segment that begins at `start` in the whole text.

    Before it is read the `opening`, of a block that an earlier segment left open.
    """

    def __init__(self, segment: str, start: int, opening: str = "") -> None:
        self.open_head = ""
        """The first two lines of the table that the segment ends within."""
        self.ends_in_code = False
        """Whether it ends in code that its indentation makes."""
        self._source = opening + segment
        self._opened = len(opening)
        self._aligner = Aligner(self._source, start - len(opening))
        self._lines = _line_starts(self._source)
        self._blocks: list[Block] = []
        self._quote = 0
        self._lists: list[_List] = []
        self._heading = 0
        self._marker = ""
        self._formulas = 0
        self._handlers: dict[str, Callable[[Token], None]] = {
            "blockquote_open": self._open_quote,
            "blockquote_close": self._close_quote,
            "bullet_list_open": self._open_list,
            "bullet_list_close": self._close_list,
            "ordered_list_open": self._open_list,
            "ordered_list_close": self._close_list,
            "list_item_open": self._open_item,
            "heading_open": self._open_heading,
            "heading_close": self._close_heading,
            "inline": self._add_inline,
            "fence": self._add_code,
            "code_block": self._add_code,
            "math_block": self._add_formula,
            "math_block_label": self._add_formula,
            "hr": self._add_rule,
        }

    def blocks(
        self, references: dict[str, dict[str, str]], *, outdented: bool = False
    ) -> list[Block]:
        """Give what the segment holds; `outdented` where it may begin within a list."""
        tokens = parse(_outdented(self._source) if outdented else self._source, references)
        self.ends_in_code = bool(tokens) and tokens[-1].type == "code_block"
        at = 0
        while at < len(tokens):
            if tokens[at].type == "table_open":
                at = self._read_table(tokens, at)
            else:
                self._read(tokens[at])
            at += 1
        return self._blocks

    def _read(self, token: Token) -> None:
        handler = self._handlers.get(token.type)
        if token.map is not None:
            self._aligner.skip_to(self._lines[token.map[0]])
        if handler is not None:
            handler(token)

    def _open_quote(self, _token: Token) -> None:
        self._quote += 1

    def _close_quote(self, _token: Token) -> None:
        self._quote -= 1

    def _open_list(self, token: Token) -> None:
        first = token.attrs.get("start", 1) if token.type.startswith("ordered") else None
        self._lists.append(_List(None if first is None else int(first)))

    def _close_list(self, _token: Token) -> None:
        self._lists.pop()
        self._marker = ""

    def _open_item(self, _token: Token) -> None:
        self._marker = self._lists[-1].next_marker(len(self._lists)) if self._lists else ""

    def _open_heading(self, token: Token) -> None:
        self._heading = int(token.tag[1:])

    def _close_heading(self, _token: Token) -> None:
        self._heading = 0

    def _add_inline(self, token: Token) -> None:
        self._add_paragraph(tuple(self._spans(token)))

    def _add_code(self, token: Token) -> None:
        language = (token.info.split() or [""])[0]
        text = token.content.removesuffix("\n")
        (placed, *rest) = self._aligner.place(Span(text))
        start = None if rest else placed.start
        self._blocks.append(Code(text, language, self._quote, len(self._lists), start))
        self._marker = ""

    def _add_formula(self, token: Token) -> None:
        self._add_paragraph((self._formula(token.content),))

    def _add_rule(self, _token: Token) -> None:
        self._blocks.append(Rule())

    def _add_paragraph(self, spans: tuple[Span, ...]) -> None:
        marker, self._marker = self._marker, ""
        indent = len(self._lists)
        self._blocks.append(Paragraph(spans, self._heading, self._quote, indent, marker))

    def _read_table(self, tokens: Sequence[Token], at: int) -> int:
        """Read a table; gives the index of its last token."""
        rows: list[list[tuple[Span, ...]]] = []
        alignments: list[str] = []
        first, last = tokens[at].map or (0, 0)
        while tokens[at].type != "table_close":
            token = tokens[at]
            if token.type == "tr_open":
                rows.append([])
                self._aligner.skip_to(self._lines[first + len(rows) - (len(rows) == 1)])
            elif token.type == "th_open":
                alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            elif token.type == "inline":
                rows[-1].append(tuple(self._spans(token)))
            elif token.type == "tr_close" and len(rows) > 1:
                self._add_surplus(rows[-1], self._line(first + len(rows)))
            at += 1
        if self._lines[first] < self._opened:
            rows[0] = list(unplaced(rows[0]))
        self._blocks.extend(tables(rows, alignments, self._quote, len(self._lists)))
        self._note_open_table(first, last)
        self._marker = ""
        return at

    def _add_surplus(self, row: list[tuple[Span, ...]], line: str) -> None:
        text = surplus(line, len(row))
        if text:
            row[-1] = (*row[-1], DIVIDER, *self._aligner.place(Span(text)))

    def _note_open_table(self, first: int, last: int) -> None:
        end = self._lines[last] if last < len(self._lines) else len(self._source)
        head = self._line(first) + self._line(first + 1)
        goes_on = end == len(self._source) and not self._lists
        self.open_head = head if goes_on and len(head) <= LONGEST_HEAD else ""

    def _line(self, number: int) -> str:
        end = self._lines[number + 1] if number + 1 < len(self._lines) else None
        return self._source[self._lines[number] : end]

    def _spans(self, token: Token) -> Iterator[Span]:
        style, href = Style.plain, ""
        for child in token.children or ():
            kind, _, edge = child.type.rpartition("_")
            if kind in MARKS and edge in ("open", "close"):
                style = style | MARKS[kind] if edge == "open" else style & ~MARKS[kind]
            elif child.type == "link_open":
                href = safe_link(str(child.attrs.get("href", "")))
            elif child.type == "link_close":
                href = ""
            else:
                yield from self._run(child, style, href)

    def _run(self, child: Token, style: Style, href: str) -> Iterator[Span]:
        if child.type in ("softbreak", "hardbreak"):
            yield Span("\n", style)
        elif child.type.startswith("math"):
            yield self._formula(child.content)
        elif child.type == "image":
            yield from self._aligner.place(Span(child.content or "…", style | Style.italic, href))
        elif child.content:
            kind = Style.code if child.type == "code_inline" else Style.plain
            yield from self._aligner.place(Span(child.content, style | kind, href))

    def _formula(self, source: str) -> Span:
        self._formulas += 1
        shown = readable(source) if self._formulas <= MOST_FORMULAS else source.strip()
        return Span(shown, Style.formula)


class _List:
    """Counts the items of a list; bullets carry no number."""

    def __init__(self, first: int | None) -> None:
        self._number = first

    def next_marker(self, depth: int) -> str:
        if self._number is None:
            return BULLETS[(depth - 1) % len(BULLETS)]
        self._number += 1
        return f"{self._number - 1}."


def _outdented(source: str) -> str:
    """Take the indentation of the first line off all lines, which would make code of them."""
    blanks = len(INDENTATION.match(source)[1])  # type: ignore[index]  # it matches anything
    return re.sub(rf"^[ \t]{{1,{blanks}}}", "", source, flags=re.MULTILINE) if blanks else source


def _line_starts(source: str) -> list[int]:
    starts = [0]
    starts.extend(found.end() for found in re.finditer("\n", source))
    return starts
