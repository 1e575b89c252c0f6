"""Writes what happens in the conversations to the archive, while it happens."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from perhaps.archive.records import Chat, Message, TraceChunk, new_id, now_ms
from perhaps.probability.parts import part_of
from perhaps.probability.trace_file import to_bytes
from perhaps.state.kept_facts import write_facts
from perhaps.state.kept_pictures import keep_pictures
from perhaps.state.turn import Turn

if TYPE_CHECKING:
    from perhaps.archive.store import Archive
    from perhaps.probability.trace import TokenTrace
    from perhaps.state.answer import Answer
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.conversation import Conversation, Removal

CHECKPOINT_MS = 500
"""Between two writes of an answer on its way: no more than a second of it can be lost."""


class Keeper(QObject):
    """Follows every conversation that it is told of."""

    kept = Signal(object)
    """`(int)`: this question, or this answer once it has ended, is on the disk as it is shown."""

    def __init__(self, archive: ArchiveLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._archive = archive
        self._running: dict[Answer, int] = {}
        """Answers on their way, and how many of their tokens are kept."""
        self._removals: dict[tuple[int, ...], int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(CHECKPOINT_MS)
        self._timer.timeout.connect(self._checkpoint)

    def follow(self, conversation: Conversation) -> None:
        """Keep what changes in a conversation from now on."""
        self.follow_name(conversation)
        self.follow_turns(conversation)

    def follow_name(self, conversation: Conversation) -> None:
        """Keep the title and the pin alone, of a chat whose turns are not loaded yet."""
        conversation.title_changed.connect(partial(self._on_title_changed, conversation))
        conversation.pinned_changed.connect(partial(self._on_pinned_changed, conversation))

    def follow_turns(self, conversation: Conversation) -> None:
        """Keep what happens among the turns, those that were loaded among them."""
        conversation.turn_added.connect(partial(self._on_turn_added, conversation))
        conversation.answer_added.connect(partial(self._on_answer_added, conversation))
        conversation.path_changed.connect(partial(self._on_path_changed, conversation))
        conversation.removed.connect(self._on_removed)
        conversation.restored.connect(self._on_restored)
        for turn in conversation.all_turns():
            self._follow_turn(turn)

    def flush(self) -> None:
        """Write all that there is of the answers on their way, before the window closes."""
        self._checkpoint()

    def _on_turn_added(self, conversation: Conversation, turn: Turn) -> None:
        """Keep a question with its first answer, and its chat where it is new."""
        fresh = not conversation.number
        if fresh:
            conversation.number = new_id()
        turn.number = new_id()
        chat = _chat_of(conversation)
        question = Message(
            id=turn.number,
            chat=conversation.number,
            parent=_parent_of(turn),
            role="user",
            text=turn.question.text,
            created=now_ms(),
            chosen=now_ms(),
        )
        answer = self._begin(conversation, turn, turn.answers[0])
        pictures = turn.question.pictures

        def keep(archive: Archive) -> None:
            kept = keep_pictures(archive, pictures)
            messages = (replace(question, pictures=kept), answer)
            archive.put_messages(messages, chat if fresh else None)

        self._archive.write(keep, lambda _: self.kept.emit(question.id))
        self._follow_turn(turn)

    def _on_answer_added(self, conversation: Conversation, turn: Turn, answer: Answer) -> None:
        message = self._begin(conversation, turn, answer)
        self._archive.write(lambda archive: archive.put_messages([message]))

    def _begin(self, conversation: Conversation, turn: Turn, answer: Answer) -> Message:
        """Give an answer that begins as a message, and keep its tokens from now on."""
        answer.number = new_id()
        self._running[answer] = 0
        answer.finished.connect(partial(self._on_finished, answer))
        self._timer.start()
        # One that failed at once tells it only after this.
        QTimer.singleShot(0, self, lambda: None if answer.running else self._on_finished(answer))
        now = now_ms()
        return Message(
            id=answer.number,
            chat=conversation.number,
            parent=turn.number or turn.follows,
            role="assistant",
            text=answer.text,
            created=now,
            chosen=now,
            finished=False,
            facts=write_facts(answer.request, answer.model, None),
        )

    def _checkpoint(self) -> None:
        for answer, first in self._running.items():
            count = len(answer.trace)
            if count == first:
                continue
            part = part_of(answer.trace, first)
            self._running[answer] = count
            number, text = answer.number, answer.text

            def keep(
                archive: Archive,
                number: int = number,
                text: str = text,
                first: int = first,
                part: TokenTrace = part,
            ) -> None:
                archive.put_text(number, text, TraceChunk(first, to_bytes(part)))

            self._archive.write(keep)

    def _on_finished(self, answer: Answer) -> None:
        if self._running.pop(answer, None) is None:
            return
        if not self._running:
            self._timer.stop()
        number, text, trace = answer.number, answer.text, answer.trace
        facts = write_facts(answer.request, answer.model, answer.finish)

        def keep(archive: Archive) -> None:
            archive.finish(number, text, facts, to_bytes(trace) if len(trace) else b"")

        self._archive.write(keep, lambda _: self.kept.emit(number))

    def _follow_turn(self, turn: Turn) -> None:
        turn.shown_changed.connect(partial(self._on_version_shown, turn))

    def _on_version_shown(self, turn: Turn) -> None:
        if turn.answers:
            self._choose(turn.shown.number)

    def _on_path_changed(self, conversation: Conversation, first: int) -> None:
        if first < len(conversation.turns):
            turn = conversation.turns[first]
            self._choose(turn.number or turn.shown.number)

    def _choose(self, number: int) -> None:
        if number:
            self._archive.write(lambda archive: archive.choose(number))

    def _on_removed(self, removal: Removal) -> None:
        numbers, when = _numbers_of(removal), now_ms()
        self._removals[numbers] = when

        def delete(archive: Archive) -> None:
            for number in numbers:
                archive.delete_message(number, when)

        self._archive.write(delete)

    def _on_restored(self, removal: Removal) -> None:
        numbers = _numbers_of(removal)
        when = self._removals.pop(numbers)

        def restore(archive: Archive) -> None:
            for number in numbers:
                archive.restore_message(number, when)

        self._archive.write(restore)

    def _on_title_changed(self, conversation: Conversation) -> None:
        number, title = conversation.number, conversation.title
        if number and title:
            self._archive.write(lambda archive: archive.rename_chat(number, title))

    def _on_pinned_changed(self, conversation: Conversation) -> None:
        number, pinned = conversation.number, conversation.pinned
        if number:
            self._archive.write(lambda archive: archive.pin_chat(number, pinned=pinned))


def _chat_of(conversation: Conversation) -> Chat:
    now = now_ms()
    return Chat(
        id=conversation.number,
        title=conversation.title,
        created=now,
        changed=now,
        pinned=conversation.pinned,
    )


def _parent_of(turn: Turn) -> int | None:
    """Give the id of the answer that a question follows; None at the beginning of a chat."""
    fork = turn.fork
    before = fork.parent() if fork is not None else None
    if fork is None or not isinstance(before, Turn):
        return None
    # An answer that was never kept has no id; then its question stands for it.
    return before.answers[before.forks.index(fork)].number or before.number


def _numbers_of(removal: Removal) -> tuple[int, ...]:
    """Give the ids of what was taken out; all else that goes with it follows these."""
    if removal.version:
        return (removal.version[0].number,)
    turn = removal.turn
    return (turn.number,) if turn.number else tuple(answer.number for answer in turn.answers)
