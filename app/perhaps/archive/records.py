"""What the archive keeps, as plain values."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Role = Literal["system", "user", "assistant"]

_RANDOM_BITS = 20
LATEST_DATE = 253_370_764_800_000
"""Milliseconds until the year 9999; calendars end with it."""
MOST_SEEDED = 2**63 - 2**40
"""Ids from here on are nobody's work, and would leave no room for later ones."""


def now_ms() -> int:
    """Milliseconds since 1970, as everything in the archive is dated."""
    return time.time_ns() // 1_000_000


def bounded_date(date: int) -> int:
    """Give a date from outside; one that no calendar has becomes the nearest that it has."""
    return min(max(date, 0), LATEST_DATE)


def moment(date: int) -> datetime:
    """Give a date of the archive as calendars do."""
    return datetime.fromtimestamp(bounded_date(date) / 1000, UTC)


class _Ids:
    """Numbers that grow with time and are never given twice, so that no two chats collide."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        fresh = now_ms() << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return self._last

    def follow(self, last: int) -> None:
        with self._lock:
            self._last = max(self._last, last)


_ids = _Ids()


def new_id() -> int:
    """Give the id of a new chat or message: 61 bits, later ones larger."""
    return _ids.next()


def ids_follow(last: int) -> None:
    """Let later ids be larger than one that is there, also where the clock was set back."""
    if last < MOST_SEEDED:
        _ids.follow(last)


ARRIVING = 1
"""As the date of its deletion: a chat that comes in and is not to be seen before others have.

So long ago that one which never arrived is dropped for good with what was deleted long ago.
"""


@dataclass(frozen=True)
class Chat:
    """A conversation without its messages."""

    id: int
    title: str
    created: int
    """Milliseconds since 1970, like all dates here."""
    changed: int
    pinned: bool = False
    deleted: int | None = None


@dataclass(frozen=True)
class KeptPicture:
    """A picture of a question."""

    name: str
    """The file name that the person knows it by."""
    content: str
    """SHA-256 of the original bytes, which name its file."""
    pixels: str
    """SHA-256 of the prepared pixels, which the model saw."""
    width: int
    """Of the prepared pixels."""
    height: int
    source_width: int
    """In the file, after turning."""
    source_height: int


@dataclass(frozen=True)
class Message:
    """A node of the tree: its children are what may follow, siblings are versions."""

    id: int
    chat: int
    parent: int | None
    """None for the beginnings of a chat."""
    role: Role
    text: str
    created: int
    chosen: int
    """When this version was last shown; of siblings the latest one is shown."""
    finished: bool = True
    """False for an answer that was being written when the program ended."""
    facts: str = "{}"
    """JSON of the layers above: model, settings, end, timings."""
    pictures: tuple[KeptPicture, ...] = ()
    deleted: int | None = None


@dataclass(frozen=True)
class Deletion:
    """What was deleted at once, and can be brought back."""

    chat: Chat
    message: Message | None
    """A question or answer, with all that followed it; None for the whole chat."""
    when: int


@dataclass(frozen=True)
class TraceChunk:
    """Token steps of an answer as opaque bytes."""

    first: int
    """The index of the first step in it."""
    data: bytes


@dataclass(frozen=True)
class Snippet:
    """A piece of text with the places that were found."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """Begin and end of each place, in characters."""


@dataclass(frozen=True)
class Hit:
    """A chat that a search found."""

    chat: Chat
    message: int | None
    """The newest message that matches; None where only the title does."""
    title: Snippet
    snippet: Snippet | None
    """From the message or its file names."""
