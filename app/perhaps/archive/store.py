"""The archive as callers use it: one object, one thread at a time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.archive import backups, damage, drafts, opening, reading, writing
from perhaps.archive.database import connect, transaction
from perhaps.archive.failures import ReadOnlyArchiveError, as_sentences
from perhaps.archive.memory import PictureMemory
from perhaps.archive.opening import Opened, open_database
from perhaps.archive.pictures import PictureFolder
from perhaps.archive.records import ARRIVING, now_ms
from perhaps.archive.schema import migrate
from perhaps.archive.steps import finish
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import apsw

    from perhaps.archive.drafts import Draft
    from perhaps.archive.records import Chat, Deletion, Hit, Message, TraceChunk
    from perhaps.archive.steps import Steps

UNDO_MS = 30 * 24 * 3600 * 1000
"""How long a deletion can be undone."""
PURGED_AT_ONCE = 25
"""Chats in one step, so that others need not wait for the rest."""


class Archive:
    """All chats; every method that writes has it on the disk when it returns.

    Every method raises ArchiveError with one sentence, and then nothing of it was done.
    """

    def __init__(self, folder: Path | None, *, suspect: bool = False) -> None:
        """Open the archive in a folder; None keeps everything in memory only.

        One that is `suspect` is looked through as a whole, and salvaged where it must be.
        """
        self.folder = folder
        self.pictures: PictureFolder | PictureMemory
        if folder is None:
            self.opened = Opened(connect(None))
            migrate(self.opened.connection)
            self.pictures = PictureMemory()
        else:
            self.opened = open_database(folder, suspect=suspect)
            self.pictures = PictureFolder(folder)
        self._checked = self._tidied = False
        self._draft = drafts.EMPTY if folder is None else drafts.read_draft(folder)
        self._connection: apsw.Connection = self.opened.connection
        self._begun = self.opened.begun

    @property
    def read_only(self) -> bool:
        """Whether chats can be read and not kept."""
        return self.opened.read_only

    @property
    def begun(self) -> bool:
        """Whether the disk has taken what every opening writes; without it, nothing is written."""
        return self._begun

    def begin(self) -> None:
        """Write what a full disk refused when the archive was opened."""
        if not self._begun and self.folder is not None:
            opening.begin(self._connection, self.folder)
            self._begun = True

    @property
    def tidy_is_due(self) -> bool:
        """Whether it was not yet done while the archive is open, or there is more to drop."""
        return not self._tidied and not self.read_only

    def tidy_soon(self) -> None:
        """Let it be due, as there is something to drop."""
        self._tidied = False

    def tidy(self) -> None:
        """Drop for good what was deleted long ago, and the pictures of it."""
        finish(self.tidy_in_steps())

    def tidy_in_steps(self) -> Steps[None]:
        """Do what `tidy` does, bit by bit."""
        self._tidied, left = True, True
        while left:
            with self._writing():
                left = writing.purge(self._connection, now_ms() - UNDO_MS, PURGED_AT_ONCE)
            yield
        # After damage, messages may be lost whose pictures are not.
        if self.folder is None or not damage.was_set_aside(self.folder / opening.DAMAGED):
            contents = reading.kept_contents(self._connection) | self._draft.contents
            self.pictures.sweep(contents, reading.kept_pixels(self._connection))

    def check_rest(self) -> None:
        """Look, when there is time, at what the opening left out; mends the search by itself.

        Raises DamagedArchiveError.
        """
        if self.opened.unclean and not self.read_only and not self._checked:
            damage.check_rest(self._connection, self._path)
            if not damage.words_are_whole(self._connection):
                with self._writing():
                    writing.rebuild_words(self._connection)
            self._checked = True

    def back_up_if_due(self) -> Path | None:
        """Copy the database where the last copy is a day old, and thin out old copies."""
        return finish(self.back_up_in_steps())

    def back_up_in_steps(self) -> Steps[Path | None]:
        """Do what `back_up_if_due` does, bit by bit."""
        if self.folder is None or not self.backup_is_due():
            return None
        folder, now = self.folder / opening.BACKUPS, time.time()
        made = yield from backups.back_up_in_steps(self._connection, folder, now)
        backups.thin(folder, now)
        return made

    def backup_is_due(self) -> bool:
        """Tell whether the last copy is a day old."""
        if self.folder is None or self.read_only:
            return False
        return backups.is_due(self.folder / opening.BACKUPS, time.time())

    def close(self) -> None:
        """Close the file and note that it was closed."""
        with as_sentences(self._path):
            self._connection.close()
            if self.folder is not None and not self.read_only:
                opening.mark_closed(self.folder)

    def abandon(self) -> None:
        """Close the file of an archive that failed, so that the next opening looks through it."""
        self._connection.close(True)

    # ------------------------------------------------------------ chats

    def chats(self, *, deleted: bool = False) -> list[Chat]:
        """Give all chats, latest first; or those that were deleted."""
        with self._reading():
            return reading.chats(self._connection, deleted=deleted)

    def chat(self, number: int) -> Chat:
        """Give one chat, also where it is deleted."""
        with self._reading():
            found = reading.chat(self._connection, number)
        if found is None:
            raise ArchiveError("This chat is not in the archive: ask something first.")
        return found

    def put_chat(self, chat: Chat) -> None:
        """Add a chat, or replace it."""
        with self._writing():
            writing.put_chat(self._connection, chat)

    def rename_chat(self, chat: int, title: str) -> None:
        """Give a chat another title."""
        with self._writing():
            writing.rename_chat(self._connection, chat, title)

    def pin_chat(self, chat: int, *, pinned: bool) -> None:
        """Keep a chat on top, or no longer."""
        self._set("UPDATE chat SET pinned = ? WHERE id = ?", pinned, chat)

    def delete_chat(self, chat: int) -> None:
        """Hide a chat; for 30 days it can be restored."""
        self._set("UPDATE chat SET deleted = ? WHERE id = ?", now_ms(), chat)

    def restore_chat(self, chat: int) -> None:
        """Bring a deleted chat back."""
        self._set("UPDATE chat SET deleted = NULL WHERE id = ?", chat)

    def deletions(self) -> list[Deletion]:
        """Give what can be brought back, latest first."""
        with self._reading():
            return reading.deletions(self._connection)

    def undo_deletion(self, deletion: Deletion) -> None:
        """Bring back what was deleted."""
        if deletion.message is None:
            self.restore_chat(deletion.chat.id)
        else:
            self.restore_message(deletion.message.id, deletion.when)

    # --------------------------------------------------------- messages

    def messages(self, chat: int, *, deleted: bool = False) -> list[Message]:
        """Give the messages of a chat in the order of writing, also the deleted ones if asked."""
        with self._reading():
            return reading.messages(self._connection, chat, deleted=deleted)

    def trace(self, message: int) -> list[TraceChunk]:
        """Give the steps of an answer, in order."""
        with self._reading():
            return reading.trace(self._connection, message)

    def put_messages(self, messages: Iterable[Message], chat: Chat | None = None) -> None:
        """Add messages, parents first, with their chat where it is new: all or none."""
        with self._writing():
            if chat is not None:
                writing.put_chat(self._connection, chat)
            for message in messages:
                writing.put_message(self._connection, message)

    def put_text(self, message: int, text: str, trace: TraceChunk) -> None:
        """Keep what a streaming answer has come to."""
        with self._writing():
            writing.put_text(self._connection, message, text, trace)

    def finish(self, message: int, text: str, facts: str, trace: bytes) -> None:
        """Keep an answer that has ended."""
        with self._writing():
            writing.finish_message(self._connection, message, text, facts, trace)

    def choose(self, message: int) -> None:
        """Show this version from now on."""
        self._set("UPDATE message SET chosen = ? WHERE id = ?", now_ms(), message)

    def delete_message(self, message: int, when: int) -> None:
        """Hide a message and all that follows from it; `when` is the key to restore it."""
        self._set(_DELETE, when, message)

    def restore_message(self, message: int, when: int) -> None:
        """Bring back what one deletion hid."""
        self._set(_RESTORE, message, when)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Write many things: all of them, or none where anything fails."""
        with self._writing():
            yield Batch(self._connection)

    # ----------------------------------------------------------- draft

    def draft(self) -> Draft:
        """Give the question that was being written."""
        return self._draft

    def put_draft(self, draft: Draft) -> None:
        """Keep a question that is being written, and drop pictures that were taken out of it."""
        self._require_writable()
        if self.folder is not None:
            drafts.write_draft(self.folder, draft)
        gone, self._draft = self._draft.contents - draft.contents, draft
        for content in gone:
            if not reading.is_asked_about(self._connection, content):
                self.pictures.drop(content)

    # ----------------------------------------------------------- search

    def search(self, query: str, limit: int = 50) -> list[Hit]:
        """Find chats by title, words and file names; see `reading.search`."""
        with self._reading():
            return reading.search(self._connection, query, limit)

    # ------------------------------------------------------------- rest

    def _set(self, statement: str, *values: object) -> None:
        with self._writing():
            self._connection.execute(statement, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, which is on the disk at the end or has never been."""
        self._require_writable()
        with as_sentences(self._path), transaction(self._connection):
            yield

    def _require_writable(self) -> None:
        if self.read_only:
            raise ReadOnlyArchiveError(
                f"The archive “{self.folder}” is open for reading only: new chats are not kept."
            )
        self.begin()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with as_sentences(self._path):
            yield

    @property
    def _path(self) -> Path:
        return Path(":memory:") if self.folder is None else self.folder / opening.FILE


class Batch:
    """What can be written within `Archive.batch`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def put_chat(self, chat: Chat) -> None:
        """Add a chat, or replace it."""
        writing.put_chat(self._connection, chat)

    def put_message(self, message: Message) -> None:
        """Add a message; its chat and parent must be there."""
        writing.put_message(self._connection, message)

    def put_trace(self, message: int, trace: TraceChunk) -> None:
        """Add a chunk of the trace of a message."""
        writing.put_trace(self._connection, message, trace)

    def set_deleted(self, chat: int, when: int | None) -> None:
        """Let a chat be deleted since a date, or alive where there is none."""
        self._connection.execute("UPDATE chat SET deleted = ? WHERE id = ?", (when, chat))

    def drop_arriving(self) -> bool:
        """Drop for good what was to come in and never did whole; tells whether more is left."""
        return writing.purge(self._connection, ARRIVING + 1, PURGED_AT_ONCE)

    def is_taken(self, number: int) -> bool:
        """Tell whether a chat or message has this id."""
        return reading.is_taken(self._connection, number)


_SUBTREE = (
    "WHERE id IN (WITH RECURSIVE tree(id) AS (VALUES(?)"
    " UNION SELECT message.id FROM message JOIN tree ON message.parent = tree.id)"
    " SELECT id FROM tree)"
)
_DELETE = f"UPDATE message SET deleted = ? {_SUBTREE} AND deleted IS NULL"  # noqa: S608 - no input
_RESTORE = f"UPDATE message SET deleted = NULL {_SUBTREE} AND deleted = ?"  # noqa: S608 - no input
