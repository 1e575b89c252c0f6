"""Where each token of an answer lies in its text, in UTF-16 units."""

from __future__ import annotations

from bisect import bisect_right

from perhaps.views.token_layout import slice_units, units


class TokenSpans:
    """Grows token by token; a token without text of its own belongs to the next one."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._inked: list[tuple[int, int]] = []
        self._parts: list[str] = []
        self._length = 0

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def length(self) -> int:
        """Units of all text so far."""
        return self._length

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self._parts)

    def add_token(self, text: str) -> str:
        """Take a token in; gives what is shown of it."""
        shown = text if self._length else text.lstrip()
        start = self._length
        self._starts.append(start)
        self.add_text(shown)
        # Whitespace is one unit a character, so plain lengths will do.
        left = len(shown) - len(shown.lstrip())
        right = len(shown) - len(shown.rstrip())
        blank = not shown.strip()
        inked = (start, self._length) if blank else (start + left, self._length - right)
        self._inked.append(inked)
        return shown

    def add_text(self, text: str) -> None:
        """Take in text that belongs to no token."""
        self._parts.append(text)
        self._length += units(text)

    def inked(self, index: int) -> tuple[int, int]:
        """The range of a token without the spaces around it, never empty."""
        for start, stop in self._inked[index : index + 8]:
            if stop > start:
                return start, stop
        start = self._starts[index]
        return max(0, start - 1), start

    def token_at(self, offset: int) -> int | None:
        """The token that a character belongs to."""
        return max(0, bisect_right(self._starts, offset) - 1) if self._starts else None

    def between(self, first: int, last: int) -> range:
        """The tokens that touch a range."""
        begin = max(0, bisect_right(self._starts, first) - 1)
        return range(begin, bisect_right(self._starts, last))

    def cut(self, first: int, last: int) -> str:
        """The text of a range."""
        return slice_units(self.text, first, last)
