"""Chats of a file on their way into the archive, beside those that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perhaps.archive.exchange.mending import mended_chat, mended_message, require_tree
from perhaps.archive.records import Chat, Message, TraceChunk, ids_follow, new_id
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from perhaps.archive.store import Archive, Batch

MOST_ID = 2**62
"""Larger ones become others, so that ids have room to grow."""


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


def take_in(archive: Archive, incoming: Iterable[Incoming]) -> Imported:
    """Write the chats that are not there, and bring back those that were deleted since.

    All or none. Raises ArchiveError.
    """
    with archive.batch() as batch:
        intake = _Intake(archive, batch)
        for each in incoming:
            intake.take(each)
    ids_follow(intake.last_id)
    lost = sum(not _is_there(archive, content) for content in intake.contents)
    return replace(intake.imported, missing_pictures=lost)


class _Intake:
    """One file on its way in."""

    def __init__(self, archive: Archive, batch: Batch) -> None:
        self._batch = batch
        self._shown = {chat.id for chat in archive.chats()}
        self._gone = {chat.id for chat in archive.chats(deleted=True)}
        self.imported = Imported(chats=0, messages=0)
        self.contents: set[str] = set()
        """The hashes of all pictures that came in."""
        self.last_id = 0

    def take(self, incoming: Incoming) -> None:
        """Add a chat, or bring it back, or leave the one that is there as it is."""
        chat, alive = incoming.chat, incoming.chat.deleted is None
        if chat.id in self._shown:
            self._count(known=alive)
        elif chat.id in self._gone:
            if alive:
                self._bring_back(chat.id)
        else:
            self._add(incoming)
            (self._shown if alive else self._gone).add(chat.id)
            self._count(chats=alive, deleted=not alive, messages=len(incoming.messages))

    def _bring_back(self, chat: int) -> None:
        self._batch.restore_chat(chat)
        self._gone.remove(chat)
        self._shown.add(chat)
        self.imported = replace(self.imported, restored=(*self.imported.restored, chat))

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.imported, name) + count for name, count in more.items()}
        self.imported = replace(self.imported, **counts)

    def _add(self, incoming: Incoming) -> None:
        messages = require_tree(incoming.chat, incoming.messages)
        number = incoming.chat.id if self._is_free(incoming.chat.id) else new_id()
        chat = replace(mended_chat(incoming.chat, messages), id=number)
        self._batch.put_chat(chat)
        numbers = self._numbers(messages)
        for message in messages:
            own = numbers[message.id]
            parent = None if message.parent is None else numbers[message.parent]
            mended = replace(mended_message(message), id=own, chat=number, parent=parent)
            self._batch.put_message(mended)
            self.contents.update(picture.content for picture in mended.pictures)
            for chunk in incoming.trace(message.id):
                self._batch.put_trace(own, chunk)
        self.last_id = max(self.last_id, number, *numbers.values())

    def _numbers(self, messages: Sequence[Message]) -> dict[int, int]:
        """Give each message its id: others for all, in the same order, where one is not free."""
        free = all(self._is_free(each.id) for each in messages)
        return {each.id: each.id if free else new_id() for each in messages}

    def _is_free(self, number: int) -> bool:
        return 0 < number < MOST_ID and not self._batch.is_taken(number)


def _is_there(archive: Archive, content: str) -> bool:
    try:
        return archive.pictures.holds(content)
    except ArchiveError:
        return False
