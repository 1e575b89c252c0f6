"""Answers that are read as Markdown already, apart from the making of their views."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from perhaps.markdown.reading import Reading

if TYPE_CHECKING:
    from perhaps.state.answer import Answer

_kept: WeakKeyDictionary[Answer, Reading] = WeakKeyDictionary()


def reading_of(answer: Answer) -> Reading:
    """Read a finished answer as far as it takes to know whether it holds any structure."""
    reading = _kept.get(answer)
    if reading is None:
        reading = _kept[answer] = Reading(answer.text)
        reading.holds_structure()
    return reading


def is_read(answer: Answer) -> bool:
    """Whether making a view of an answer takes no reading any more."""
    return answer.running or answer in _kept


def forget_reading(answer: Answer) -> None:
    """Give the memory back."""
    _kept.pop(answer, None)
