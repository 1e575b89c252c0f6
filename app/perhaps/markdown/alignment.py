"""Where the words of a block stand in the source that it was read from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from perhaps.markdown.blocks import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps.markdown.blocks import Span

NEAR = 400
"""Characters of marks and addresses that may stand between two words."""


class Aligner:
    """Finds runs of text in the source one after the other, never backwards."""

    def __init__(self, source: str, offset: int) -> None:
        self._source = source
        self._offset = offset
        self._at = 0

    def skip_to(self, position: int) -> None:
        """Go on from a position in the segment, unless it is behind."""
        self._at = max(self._at, position)

    def place(self, span: Span) -> Iterator[Span]:
        """Give the span with its offset; in words where it does not stand there as a whole."""
        if span.style & Style.formula:
            yield span
            return
        start = self._find(span.text)
        if start is not None or not span.text.strip():
            yield replace(span, start=start)
            return
        for word in re.findall(r"\S+|\s+", span.text):
            yield replace(span, text=word, start=self._find(word) if word.strip() else None)

    def _find(self, text: str) -> int | None:
        if not text.strip():
            return None
        found = self._source.find(text, self._at, self._at + NEAR + len(text))
        if found < 0:
            return None
        self._at = found + len(text)
        return self._offset + found
