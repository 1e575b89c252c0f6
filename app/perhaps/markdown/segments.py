"""A text cut where Markdown lets it be cut, so that no part takes long to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH = 2000
"""Characters after which a part ends at the next good place."""
MOST = 3000
"""Characters after which it ends at any line that is not indented, or within an endless one."""
MOST_INDENTED = 4000
"""Likewise within lines that all belong to one item of a list, which is torn apart then."""
MOST_CODE = 20_000
"""Likewise within a fenced block, which is quick to read."""
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
GOES_ON = re.compile(r"\s|>|[-+*]\s|\d{1,9}[.)]\s|\|")
"""A line that may belong to what stands before the empty line above it."""


def segments(text: str) -> Iterator[tuple[int, str]]:
    """Give parts of a text with their offsets; together they are the text.

    A fenced block is cut at lines only, and opened again in the next part, which the reader
    is told by `open_fence`.
    """
    start = stop = safe = 0
    blank = False
    fence = ""
    for line in _lines(text):
        if not fence and not _is_inner(text, stop):
            safe = stop
        good = blank and not fence and not GOES_ON.match(line)
        while stop > start and _is_full(stop - start, line, fence, good=good, safe=safe > start):
            cut = safe if safe > start and not fence else stop
            yield start, text[start:cut]
            start = cut
        fence = _fence_after(line, fence)
        blank = not line.strip()
        stop += len(line)
    if stop > start:
        yield start, text[start:stop]


def open_fence(text: str) -> str:
    """Give the opening line of the fenced block that a text leaves open; empty where none is."""
    fence = opening = ""
    for line in text.splitlines(keepends=True):
        after = _fence_after(line, fence)
        if after and not fence:
            opening = line
        fence = after
    return opening if fence else ""


def _lines(text: str) -> Iterator[str]:
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        for first in range(0, len(line), MOST):
            yield line[first : first + MOST]


def _is_full(size: int, line: str, fence: str, *, good: bool, safe: bool) -> bool:
    most = MOST_CODE if fence else MOST if safe else MOST_INDENTED
    return (good and size >= ENOUGH) or size + len(line) > most


def _is_inner(text: str, stop: int) -> bool:
    """Tell whether a line begins here that would not mean the same at the start of a text."""
    begins = stop == 0 or text[stop - 1] == "\n"
    return begins and text[stop : stop + 1].isspace()


def _fence_after(line: str, fence: str) -> str:
    """Tell which fence is open after a line."""
    found = FENCE.match(line)
    if found is None:
        return fence
    mark = found.group(1)
    if not fence:
        return "" if "`" in mark and "`" in line[found.end() :] else mark
    closes = mark[0] == fence[0] and len(mark) >= len(fence) and not line[found.end() :].strip()
    return "" if closes else fence
