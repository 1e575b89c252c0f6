"""The list of all chats: what the sidebar shows, and what a person can do with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from perhaps.archive.records import Snippet, moment
from perhaps.errors import ArchiveError, TraceError
from perhaps.state.conversation import Conversation
from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.kept_trace import joined
from perhaps.state.restored_picture import RestoredPicture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.archive.records import Chat, Hit, Message
    from perhaps.archive.store import Archive
    from perhaps.probability.trace import TokenTrace
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.keeper import Keeper
    from perhaps.state.kept_pictures import PictureFetcher

LONGEST_SEARCH = 200
"""Characters of a query that count."""


LISTED_AT_ONCE = 250
"""Chats; the window gets a turn before the next ones."""


class Period(StrEnum):
    """Headings of the list."""

    pinned = "pinned"
    today = "today"
    yesterday = "yesterday"
    week = "week"
    """The last seven days."""
    month = "month"
    """The last thirty days."""
    older = "older"


@dataclass(frozen=True)
class Group:
    """Chats under one heading, latest first."""

    period: Period
    conversations: tuple[Conversation, ...]


@dataclass(frozen=True)
class Found:
    """A chat that a search found; the places to highlight are in `marks`."""

    conversation: Conversation
    message: int | None
    """The `number` of the question or answer that matches; None where only the title does."""
    title: Snippet
    snippet: Snippet | None


class Chats(QObject):
    """All conversations, latest first; those of earlier runs are loaded when they are opened."""

    changed = Signal()
    """The list, its order, or a title or pin in it."""
    removed = Signal(Conversation)
    """It was deleted; `undo_delete` brings it back."""
    replaced = Signal(Conversation, Conversation)
    """The second stands for the first, which is out of date."""
    found = Signal(str, object)
    """`(query, tuple[Found, ...])`: what the search for these words found."""
    loading_failed = Signal(str)
    """One sentence."""

    def __init__(
        self,
        archive: ArchiveLink,
        keeper: Keeper,
        fetcher: PictureFetcher,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._keeper = keeper
        self._fetcher = fetcher
        self.items: list[Conversation] = []
        self._deleted: list[Conversation] = []
        self._wanted = ""
        self._unlisted: list[Chat] = []
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._list_rest)
        archive.opened.connect(self.refresh)

    def add(self, conversation: Conversation) -> None:
        """List a conversation that has its first question, on top; a deleted one comes back."""
        if conversation in self._deleted:
            self.undo_delete(conversation)
        elif conversation not in self.items:
            self._take(conversation, 0)
            self.changed.emit()

    def refresh(self) -> None:
        """Read the list anew; conversations that are known stay the same objects."""
        self._archive.read(lambda archive: archive.chats(), self._on_listed)

    def load(self, conversation: Conversation) -> None:
        """Fetch the turns of a conversation, where they have yet to come."""
        if conversation.loaded:
            return

        def take(messages: list[Message] | ArchiveError) -> None:
            if isinstance(messages, ArchiveError):
                self.loading_failed.emit(str(messages))
            elif not conversation.loaded:
                self._fill(conversation, messages)

        self._archive.read(lambda archive: archive.messages(conversation.number), take)

    def delete(self, conversation: Conversation) -> None:
        """Take a chat out of the list; it can be brought back for 30 days."""
        if conversation not in self.items:
            return
        self.items.remove(conversation)
        self._deleted.append(conversation)
        number = conversation.number
        self._archive.write(lambda archive: archive.delete_chat(number))
        self.removed.emit(conversation)
        self.changed.emit()

    def undo_delete(self, conversation: Conversation) -> bool:
        """Bring back a chat that was deleted in this run; False where that was undone before."""
        if conversation not in self._deleted:
            return False
        self._deleted.remove(conversation)
        number = conversation.number
        self._archive.write(lambda archive: archive.restore_chat(number))
        self.items.append(conversation)
        self._sort()
        self.changed.emit()
        return True

    def come_back(self, number: int, *, whole: bool) -> None:
        """List a chat anew that was restored, or of which something was."""
        if whole:
            self._deleted = [each for each in self._deleted if each.number != number]
        else:
            self._renew(number)
        self.refresh()

    def search(self, query: str) -> None:
        """Look for words in titles, questions, answers and file names; `found` follows.

        May be called for every key: only the latest query is answered. An empty one finds nothing.
        """
        self._wanted = query = query[:LONGEST_SEARCH]

        def job(archive: Archive) -> list[Hit]:
            return archive.search(query) if query == self._wanted else []

        def take(hits: list[Hit] | ArchiveError) -> None:
            if query == self._wanted:
                self.found.emit(query, self._founds([] if isinstance(hits, ArchiveError) else hits))

        self._archive.read(job, take)

    def groups(self, today: date | None = None) -> list[Group]:
        """Give the list under its headings, without empty ones."""
        day = today or datetime.now().astimezone().date()
        by_period: dict[Period, list[Conversation]] = {period: [] for period in Period}
        for conversation in self.items:
            by_period[_period(conversation, day)].append(conversation)
        return [Group(period, tuple(each)) for period, each in by_period.items() if each]

    def _on_listed(self, chats: list[Chat] | ArchiveError) -> None:
        if isinstance(chats, ArchiveError):
            self.loading_failed.emit(str(chats))
            return
        known = {conversation.number for conversation in (*self.items, *self._deleted)}
        self._unlisted = [chat for chat in chats if chat.id not in known]
        self._list_some()
        self._sort()
        self.changed.emit()

    def _list_rest(self) -> None:
        self._list_some()
        if not self._unlisted:
            self._sort()
            self.changed.emit()

    def _list_some(self) -> None:
        """List the latest of those that are not there yet; the others have their turn later."""
        some, self._unlisted = self._unlisted[:LISTED_AT_ONCE], self._unlisted[LISTED_AT_ONCE:]
        for chat in some:
            self._take(_listed(chat, self), len(self.items))
        if self._unlisted:
            self._next.start()

    def _take(self, conversation: Conversation, index: int) -> None:
        self.items.insert(index, conversation)
        conversation.title_changed.connect(self.changed)
        conversation.pinned_changed.connect(self.changed)
        # Of thousands of chats, few are ever opened.
        if conversation.loaded:
            self._keeper.follow(conversation)
            self._follow_turns(conversation)
        else:
            self._keeper.follow_name(conversation)
            conversation.turns_wanted.connect(partial(self.load, conversation))

    def _renew(self, number: int) -> None:
        """Let a chat whose turns are loaded be loaded again, as an object of its own."""
        for index, old in enumerate(self.items):
            if old.number == number and old.loaded:
                fresh = Conversation(self)
                fresh.number, fresh.loaded = number, False
                fresh.name, fresh.pinned = old.title, old.pinned
                fresh.changed_at = old.changed_at
                self.items.remove(old)
                self._take(fresh, index)
                self.replaced.emit(old, fresh)

    def _follow_turns(self, conversation: Conversation) -> None:
        conversation.turn_added.connect(self._on_written)
        conversation.answer_added.connect(self._on_written)

    def _fill(self, conversation: Conversation, messages: Sequence[Message]) -> None:
        conversation.load(messages)
        self._keeper.follow_turns(conversation)
        self._follow_turns(conversation)
        for turn in conversation.all_turns():
            for picture in turn.question.pictures:
                if isinstance(picture, RestoredPicture):
                    self._fetcher.serve(picture)
            for answer in turn.answers:
                if isinstance(answer, KeptAnswer):
                    answer.steps_wanted.connect(self._fetch_steps)
        conversation.loaded_changed.emit()

    def _fetch_steps(self, answer: KeptAnswer) -> None:
        def take(trace: TokenTrace | ArchiveError | None) -> None:
            # Words without their probabilities are still an answer.
            answer.take_trace(None if isinstance(trace, ArchiveError) else trace)

        self._archive.read(lambda archive: _read_trace(archive, answer.number), take)

    def _on_written(self) -> None:
        before = list(self.items)
        self._sort()
        if self.items != before:
            self.changed.emit()

    def _sort(self) -> None:
        self.items.sort(key=lambda each: each.changed_at, reverse=True)

    def _founds(self, hits: Sequence[Hit]) -> tuple[Found, ...]:
        by_number = {conversation.number: conversation for conversation in self.items}
        return tuple(
            Found(by_number[hit.chat.id], hit.message, hit.title, hit.snippet)
            for hit in hits
            if hit.chat.id in by_number
        )


def _read_trace(archive: Archive, number: int) -> TokenTrace | None:
    try:
        return joined(archive.trace(number))
    except TraceError as error:
        raise ArchiveError(str(error)) from error


def _listed(chat: Chat, parent: QObject) -> Conversation:
    conversation = Conversation(parent)
    conversation.number = chat.id
    conversation.loaded = False
    conversation.name = chat.title
    conversation.pinned = chat.pinned
    conversation.changed_at = moment(chat.changed)
    return conversation


def _period(conversation: Conversation, today: date) -> Period:
    if conversation.pinned:
        return Period.pinned
    age = today - conversation.changed_at.astimezone().date()
    if age < timedelta(days=1):
        return Period.today
    if age < timedelta(days=2):
        return Period.yesterday
    if age < timedelta(days=8):
        return Period.week
    return Period.month if age < timedelta(days=31) else Period.older
