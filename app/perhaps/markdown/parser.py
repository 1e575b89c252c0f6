"""The parsers behind the reader: one for blocks, one for what stands within them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

DEEPEST = 24
"""Blocks within blocks, a list counting twice; what is deeper is read as lines of text."""
DEEPEST_INLINE = 12
"""Links and emphasis within each other, which cost far more; what is deeper stays as written."""
MOST_CELLS = 3000
"""Of one table, with the empty ones that fill its rows up; a larger one stays lines of text."""
RULING = set("|-: \t>\r")


def parse(source: str, references: dict[str, dict[str, str]]) -> list[Token]:
    """Give the tokens of a text, those of its words as children.

    `references` are the addresses that it may link to by name; where it names one is text as well.
    """
    env: dict[str, Any] = {"references": references}
    tokens = _block_parser(tables=_most_cells(source) <= MOST_CELLS).parse(source, env)
    inline = _inline_parser()
    inline.core.process(StateCore(source, inline, env, tokens))
    return tokens


def _most_cells(source: str) -> int:
    """Bound the cells of the largest table from above."""
    most = columns = rows = 0
    for line in source.split("\n"):
        if set(line) <= RULING:
            # Between head and rows, or an empty line.
            columns, rows = line.count("|"), 0
        rows += 1
        most = max(most, columns * rows)
    return most


def _deep_text(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take all lines of a block that stands too deep as one paragraph; a rule of markdown-it."""
    if silent or state.level < DEEPEST:
        return False
    last = start + 1
    # A negative indentation goes on with the line before; a smaller one ends the block.
    while last < end and (state.isEmpty(last) or not 0 <= state.sCount[last] < state.blkIndent):
        last += 1
    state.push("paragraph_open", "p", 1).map = [start, last]
    words = state.push("inline", "", 0)
    words.content = state.getLines(start, last, state.blkIndent, False).strip()
    words.map = [start, last]
    words.children = []
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True


@cache
def _block_parser(*, tables: bool) -> MarkdownIt:
    # A list item stands two levels below what its list stands in.
    parser = _parser(DEEPEST + 2, ["normalize", "block"])
    parser.block.ruler.before("table", "deep_text", _deep_text)
    return parser.enable("table") if tables else parser.disable("table")


@cache
def _inline_parser() -> MarkdownIt:
    return _parser(DEEPEST_INLINE, ["inline", "text_join"])


def _parser(deepest: int, steps: list[str]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": deepest})
    parser.enable("strikethrough")
    parser.disable("reference")
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    parser.core.ruler.enableOnly(steps)
    return parser
