"""Chats of a file on their way into the archive, beside those that are there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perhaps.archive.exchange.mending import damaged, mended_chat, mended_message, require_tree
from perhaps.archive.records import ARRIVING, Chat, Message, TraceChunk, ids_follow, new_id
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps.archive.steps import Steps
    from perhaps.archive.store import Archive, Batch

MOST_ID = 2**62
"""Larger ones become others, so that ids have room to grow."""
STEP_SECONDS = 0.2
"""Of writing, after which others have their turn."""


@dataclass(frozen=True)
class Imported:
    """What came in."""

    chats: int
    """New ones that are shown."""
    messages: int
    """Of all new chats."""
    known: int = 0
    """Chats that were there already, and stayed as they were."""
    restored: tuple[int, ...] = ()
    """The ids of chats that were there already, but deleted, and were brought back."""
    deleted: int = 0
    """New ones that were deleted when the file was written, and can be brought back."""
    missing_pictures: int = 0
    """Pictures that are neither in the file nor here."""


@dataclass(frozen=True)
class Incoming:
    """A chat of a file."""

    chat: Chat
    messages: Sequence[Message]
    """Parents first."""
    trace: Callable[[int], Iterable[TraceChunk]] = lambda _message: ()
    """Gives that of a message."""


def take_in(archive: Archive, incoming: Iterable[Incoming]) -> Steps[Imported]:
    """Write the chats that are not there, and bring back those that were deleted since.

    All or none: they are out of sight until the last step. Raises ArchiveError.
    """
    yield from _drop_arriving(archive)
    intake = _Intake(archive)
    try:
        pending, left = iter(incoming), True
        while left:
            with archive.batch() as batch:
                left = intake.take_some(batch, pending)
            yield
        with archive.batch() as batch:
            intake.show_all(batch)
    except BaseException:
        archive.tidy_soon()
        raise
    ids_follow(intake.last_id)
    lost = sum(not _is_there(archive, content) for content in intake.contents)
    return replace(intake.imported, missing_pictures=lost)


def _drop_arriving(archive: Archive) -> Steps[None]:
    left = True
    while left:
        with archive.batch() as batch:
            left = batch.drop_arriving()
        if left:
            yield


class _Intake:
    """One file on its way in."""

    def __init__(self, archive: Archive) -> None:
        self._shown = {chat.id for chat in archive.chats()}
        self._gone = {chat.id for chat in archive.chats(deleted=True)}
        self._met: set[int] = set()
        """The ids in the file of all chats until now."""
        self._dates: dict[int, int | None] = {}
        """Of each chat that is to be seen in the end: when it was deleted, or None."""
        self.imported = Imported(chats=0, messages=0)
        self.contents: set[str] = set()
        """The hashes of all pictures that came in."""
        self.last_id = 0

    def take_some(self, batch: Batch, pending: Iterator[Incoming]) -> bool:
        """Take chats for a moment; False once there are no more."""
        end = time.monotonic() + STEP_SECONDS
        for each in pending:
            self._take(batch, each)
            if time.monotonic() >= end:
                return True
        return False

    def show_all(self, batch: Batch) -> None:
        """Let everything be seen."""
        for chat, deleted in self._dates.items():
            batch.set_deleted(chat, deleted)

    def _take(self, batch: Batch, incoming: Incoming) -> None:
        """Add a chat, or bring it back, or leave the one that is there as it is."""
        chat, alive = incoming.chat, incoming.chat.deleted is None
        if chat.id in self._met:
            raise damaged(chat, "it is in it twice")
        self._met.add(chat.id)
        if chat.id in self._shown:
            self._count(known=alive)
        elif chat.id in self._gone:
            if alive:
                self._bring_back(chat.id)
        else:
            self._add(batch, incoming)
            self._count(chats=alive, deleted=not alive, messages=len(incoming.messages))

    def _bring_back(self, chat: int) -> None:
        self._dates[chat] = None
        self.imported = replace(self.imported, restored=(*self.imported.restored, chat))

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.imported, name) + count for name, count in more.items()}
        self.imported = replace(self.imported, **counts)

    def _add(self, batch: Batch, incoming: Incoming) -> None:
        messages = require_tree(incoming.chat, incoming.messages)
        number = incoming.chat.id if _is_free(batch, incoming.chat.id) else new_id()
        chat = replace(mended_chat(incoming.chat, messages), id=number)
        batch.put_chat(replace(chat, deleted=ARRIVING))
        self._dates[number] = chat.deleted
        numbers = _numbers(batch, messages)
        for message in messages:
            own = numbers[message.id]
            parent = None if message.parent is None else numbers[message.parent]
            mended = replace(mended_message(message), id=own, chat=number, parent=parent)
            batch.put_message(mended)
            self.contents.update(picture.content for picture in mended.pictures)
            for chunk in incoming.trace(message.id):
                batch.put_trace(own, chunk)
        self.last_id = max(self.last_id, number, *numbers.values())


def _numbers(batch: Batch, messages: Sequence[Message]) -> dict[int, int]:
    """Give each message its id: others for all, in the same order, where one is not free."""
    free = all(_is_free(batch, each.id) for each in messages)
    return {each.id: each.id if free else new_id() for each in messages}


def _is_free(batch: Batch, number: int) -> bool:
    return 0 < number < MOST_ID and not batch.is_taken(number)


def _is_there(archive: Archive, content: str) -> bool:
    try:
        return archive.pictures.holds(content)
    except ArchiveError:
        return False
