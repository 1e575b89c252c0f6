"""A text that is read as far as somebody asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.markdown.blocks import is_plain
from perhaps.markdown.reader import may_hold_markdown, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps.markdown.blocks import Block

LOOKED_AT = 2
"""Segments that tell whether a text is worth formatting."""


class Reading:
    """Keeps the blocks of each segment once they are read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._rest: Iterator[list[Block]] = read(text)
        self._read: list[list[Block]] = []

    def segment(self, index: int) -> list[Block] | None:
        """Give the blocks of a segment; None after the last one."""
        while len(self._read) <= index:
            blocks = next(self._rest, None)
            if blocks is None:
                return None
            self._read.append(blocks)
        return self._read[index]

    def holds_structure(self) -> bool:
        """Whether formatting would show anything that plain text does not."""
        if not may_hold_markdown(self.text):
            return False
        looked_at = (self.segment(index) for index in range(LOOKED_AT))
        return any(blocks is not None and not is_plain(blocks) for blocks in looked_at)
