"""What one rendering of an untrusted template may use of time and memory."""

from __future__ import annotations

import sys
import time
from collections.abc import ItemsView, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 32_000_000  # that all values made by a template may add up to
MAX_TEXT = 250_000  # characters of any one string
MAX_NESTING = 32  # of a value
MAX_CALL_DEPTH = 48  # of macros; far below what would overflow the stack of a small thread
STEP = 64  # bytes charged for a step that makes nothing, such as a turn of a loop


class BudgetError(Exception):
    """A template that uses more than it may."""


class Budget:
    """Counts the bytes that a template makes, and watches the clock.

    A value is charged by its expanded size: something that is referred to twice counts
    twice, since printing or comparing it costs twice.
    """

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._bytes_left = MAX_BYTES
        self._call_depth = 0

    def charge(self, cost: int) -> None:
        """Take `cost` bytes, before or after they are used."""
        self._bytes_left -= cost
        if self._bytes_left < 0:
            raise BudgetError("it makes too much text or too many steps")
        if time.monotonic() > self._deadline:
            raise BudgetError("it takes too long")

    def check_length(self, characters: int) -> None:
        """Refuse a string that is about to become this long."""
        if characters > MAX_TEXT:
            raise BudgetError(f"it makes a text of more than {MAX_TEXT} characters")
        self.charge(STEP)

    def pay_for(self, value: object, nesting: int = 0) -> None:
        """Charge a value and everything in it."""
        if nesting > MAX_NESTING:
            raise BudgetError(f"it nests values more than {MAX_NESTING} deep")
        self.charge(sys.getsizeof(value, STEP))
        if isinstance(value, str):
            self.check_length(len(value))
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self.pay_for(key, nesting + 1)
                self.pay_for(item, nesting + 1)
        elif isinstance(value, list | tuple | set | frozenset | KeysView | ValuesView | ItemsView):
            for item in value:
                self.pay_for(item, nesting + 1)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count a call for as long as it lasts."""
        if self._call_depth >= MAX_CALL_DEPTH:
            raise BudgetError(f"its macros call each other more than {MAX_CALL_DEPTH} deep")
        self._call_depth += 1
        try:
            yield
        finally:
            self._call_depth -= 1
