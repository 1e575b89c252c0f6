"""One run of the window: its engine, its conversations, and the question at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from perhaps.inference.protocol import (
    Failure,
    Message,
    ModelInfo,
    Request,
    TextPart,
)
from perhaps.state.archive_link import DirectArchive
from perhaps.state.attachments import Attachments
from perhaps.state.chats import Chats
from perhaps.state.conversation import Conversation, Question, Turn
from perhaps.state.deletions import Deletions
from perhaps.state.drafting import Drafting
from perhaps.state.engine_figures import EngineFigures
from perhaps.state.engine_state import EngineState
from perhaps.state.exchange import Exchange
from perhaps.state.exported_chat import note_on, read_exported, turn_of
from perhaps.state.keeper import Keeper
from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.kept_pictures import PictureFetcher
from perhaps.state.lens import Lens
from perhaps.state.obstacle import Obstacle, Remedy, find_branch_obstacle, find_obstacle
from perhaps.state.opening import Opening
from perhaps.state.running_answers import RunningAnswers
from perhaps.state.selection import Selection
from perhaps.state.settings import Settings
from perhaps.state.storage_notices import StorageNotices
from perhaps.state.work_ahead import WorkAhead

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.state.answer import Answer
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.engine_link import EngineLink

READ_AT_ONCE = 16
"""Pictures of a chat that are read when it is opened; more only when a question needs them."""


class Session(QObject):
    """Everything the views watch, and the few things a person can do."""

    conversation_changed = Signal()
    """Another conversation is open."""
    conversations_changed = Signal()
    """The list, or a title in it."""
    obstacle_changed = Signal()
    answering_changed = Signal()
    engine_lost = Signal(Failure)
    """The engine is gone, and no answer says so."""
    pending_changed = Signal()
    """A question waits for the model or its picture, or no longer does."""

    def __init__(
        self,
        link: EngineLink,
        store: QSettings,
        parent: QObject | None = None,
        archive: ArchiveLink | None = None,
    ) -> None:
        """Without an archive, chats last as long as the session."""
        super().__init__(parent)
        self.link = link
        self.settings = Settings(store, self)
        self.engine = EngineState(link, self)
        self.figures = EngineFigures(link, self.engine, self)
        self.attachments = Attachments(link, self)
        self.selection = Selection(self, Lens(self.settings, self))
        self.archive = archive or DirectArchive(parent=self)
        self.storage = StorageNotices(self.archive, self)
        self.keeper = Keeper(self.archive, self)
        self.fetcher = PictureFetcher(self.archive, link, self)
        self.chats = Chats(self.archive, self.keeper, self.fetcher, self)
        self.drafting = Drafting(self.archive, self.attachments, self)
        self.deletions = Deletions(self.archive, self.chats, self)
        self.exchange = Exchange(self.archive, self.chats, self)
        self.conversation = Conversation(self)
        self.obstacle: Obstacle | None = None
        self.pending = ""
        self._once_read: Callable[[], object] | None = None
        self._running = RunningAnswers(link, self.engine, self)
        self._work_ahead = WorkAhead(
            link, self.engine, self.attachments, self._messages_so_far, self
        )
        self._connect()
        self._review_obstacle()

    @property
    def conversations(self) -> list[Conversation]:
        """All chats, latest first."""
        return self.chats.items

    @property
    def answering(self) -> bool:
        """Whether an answer is on its way."""
        return len(self._running) > 0

    @property
    def running_answer(self) -> Answer | None:
        """The answer on its way."""
        return self._running.first

    @property
    def last_answer(self) -> Answer | None:
        """The shown answer of the last turn."""
        return self.conversation.turns[-1].shown if self.conversation.turns else None

    @property
    def unkept(self) -> str:
        """Why what was asked would be lost with the window; empty while the disk takes it."""
        return self.storage.trouble if self.conversations else ""

    @property
    def keeping(self) -> bool:
        """Whether the window has to wait until something is written."""
        writing = self.archive.unkept > 0 and not self.storage.waiting
        return writing or self.exchange.working

    def ask(self, text: str) -> bool:
        """Send a question with the pictures that wait; False where it cannot be sent."""
        if self.obstacle is not None or not text.strip() or self._must_read_pictures():
            return False
        self._set_pending("")
        question = Question(text.strip(), self.attachments.named_pictures())
        messages = self.conversation.messages(question)
        turn = Turn(question)
        turn.add_answer(self._generate(messages))
        self._keep_conversation()
        self.conversation.add_turn(turn)
        for number in range(1, self.settings.answers):
            turn.add_answer(self._generate(messages, number=number))
        self._show_first(turn)
        self._work_ahead.hand_over()
        self.attachments.clear()
        return True

    def ask_when_ready(self, text: str) -> bool:
        """Send a question now, or as soon as its model and pictures are there.

        False where it waits: for them, or in vain where waiting does not help.
        """
        if self.ask(text):
            return True
        if self.obstacle is not None and self.obstacle.remedy is Remedy.wait:
            self._set_pending(text)
        return False

    def forget_pending(self) -> None:
        """Leave a waiting question unsent."""
        self._set_pending("")

    def regenerate(self, turn: Turn | None = None) -> None:
        """Answer a question again, by default the last one, as a new version."""
        if not self.can_regenerate or self._must_read_pictures(lambda: self.regenerate(turn)):
            return
        turn = turn or self.conversation.turns[-1]
        messages = self.conversation.messages(turn.question, before=turn)
        turn.add_answer(self._generate(messages))

    def branch(self, answer: Answer, opening: Opening) -> bool:
        """Write a new version that begins as an answer of the open chat did; False if none can."""
        if self.branch_obstacle(answer):
            return False
        if self._must_read_pictures(lambda: self.branch(answer, opening)):
            return False
        turn = next(turn for turn in self.conversation.turns if answer in turn.answers)
        messages = self.conversation.messages(turn.question, before=turn)
        turn.add_answer(self._generate(messages, opening))
        return True

    def look_into(self, answer: Answer, use: Callable[[Request], object]) -> None:
        """Hand over what an answer of the open chat was asked, once its pictures are there."""
        if answer.request.messages:
            use(answer.request)
        elif not self._must_read_pictures(lambda: self.look_into(answer, use)):
            turn = next(turn for turn in self.conversation.turns if answer in turn.answers)
            messages = self.conversation.messages(turn.question, before=turn)
            use(replace(answer.request, messages=messages))

    def branch_obstacle(self, answer: Answer) -> str:
        """Tell why nothing can branch off an answer just now; empty if something can."""
        shown = any(answer in turn.answers for turn in self.conversation.turns)
        return find_branch_obstacle(self.engine, answer, answering=self.answering, shown=shown)

    def edit(self, turn: Turn, text: str) -> bool:
        """Ask a question in other words, with its pictures, as a new version of it."""
        if not self.can_regenerate or not text.strip():
            return False
        if self._must_read_pictures(lambda: self.edit(turn, text)):
            return False
        question = Question(text.strip(), turn.question.pictures)
        edited = Turn(question)
        edited.add_answer(self._generate(self.conversation.messages(question, before=turn)))
        self.conversation.add_turn(edited, turn.fork)
        return True

    @property
    def can_regenerate(self) -> bool:
        """Whether there is an answer, and an idle model to write another."""
        return bool(self.conversation.turns and self.engine.info is not None and not self.answering)

    def stop(self) -> bool:
        """Stop what is being written; False where there is nothing to stop."""
        return self._running.stop()

    def new_chat(self) -> None:
        """Open an empty conversation."""
        if self.conversation.turns:
            self.open_chat(Conversation(self))

    def open_chat(self, conversation: Conversation) -> None:
        """Open a conversation, and stop what the present one writes.

        The turns of one that is not loaded yet come later; then `conversation_changed` comes again.
        """
        if conversation is self.conversation:
            return
        self.stop()
        self._once_read = None
        self.conversation.loaded_changed.disconnect(self._on_loaded)
        self.conversation = conversation
        conversation.loaded_changed.connect(self._on_loaded)
        self.chats.load(conversation)
        self._show_conversation()

    def open_exported(self, path: str) -> str:
        """Open an exported answer as a chat of its own.

        Gives a sentence where there is something to know of it. Raises TraceError.
        """
        record = read_exported(path)
        turn = turn_of(record)
        self.new_chat()
        self._keep_conversation()
        self.conversation.add_turn(turn)
        self.selection.follow(self.last_answer)
        return note_on(record, self.engine.info)

    def delete_chat(self, conversation: Conversation) -> None:
        """Delete a chat; `chats.undo_delete` brings it back."""
        if conversation is self.conversation:
            self.stop()
            self.open_chat(Conversation(self))
        self.chats.delete(conversation)

    def close(self) -> None:
        """Hand what is written until now to the archive."""
        self.keeper.flush()
        self.drafting.flush()

    def _connect(self) -> None:
        self._running.changed.connect(self.answering_changed)
        self._running.engine_lost.connect(self.engine_lost)
        self.engine.changed.connect(self._review_obstacle)
        self.engine.ready.connect(self._on_engine_ready)
        self.engine.ready.connect(self.attachments.read_again)
        self.attachments.changed.connect(self._review_obstacle)
        self.answering_changed.connect(self._review_obstacle)
        self.chats.changed.connect(self.conversations_changed)
        self.chats.replaced.connect(self._on_replaced)
        self.fetcher.changed.connect(self._on_pictures_changed)
        self.conversation.loaded_changed.connect(self._on_loaded)

    def _generate(
        self, messages: tuple[Message, ...], opening: Opening | None = None, number: int = 0
    ) -> Answer:
        """Begin an answer; `number` tells answers to one question apart where a seed is set."""
        assert self.engine.info is not None
        opening = opening or Opening()
        seed = self.settings.seed
        request = Request(
            messages=self._with_system_prompt(messages),
            max_tokens=self.settings.max_tokens,
            sampling=self.settings.sampling,
            top_logprobs=self.settings.candidates,
            seed=None if seed is None else seed + number,
            kept_tokens=opening.kept_ids,
            forced_tokens=opening.tokens,
            forced_text=opening.text,
        )
        answer = self._running.begin(request, self.engine.info, opening)
        self.selection.follow(answer)
        return answer

    def _show_first(self, turn: Turn) -> None:
        turn.show_version(0)
        self.selection.follow(turn.shown)

    def _messages_so_far(self) -> tuple[Message, ...]:
        question = Question("", self.attachments.named_pictures())
        return self._with_system_prompt(self.conversation.messages(question))

    def _with_system_prompt(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        text = (self.conversation.system_prompt or self.settings.system_prompt).strip()
        return (Message("system", (TextPart(text),)), *messages) if text else messages

    def _on_engine_ready(self, info: ModelInfo) -> None:
        self.settings.model = info.name

    def _keep_conversation(self) -> None:
        self.chats.add(self.conversation)

    def _on_replaced(self, old: Conversation, fresh: Conversation) -> None:
        if old is self.conversation:
            self.open_chat(fresh)

    def _on_loaded(self) -> None:
        self._show_conversation()

    def _show_conversation(self) -> None:
        pictures = self.conversation.unread_pictures()
        if len(pictures) <= READ_AT_ONCE:
            for picture in pictures:
                picture.ensure_pixels()
        self.selection.follow(self.last_answer)
        self._review_obstacle()
        self.conversation_changed.emit()

    def _must_read_pictures(self, then: Callable[[], object] | None = None) -> bool:
        """Ask for the pictures that a question builds on; `then` is done once they are there."""
        unread = self.conversation.unread_pictures()
        self._once_read = then if unread else None
        for picture in unread:
            picture.ensure_pixels()
        if unread:
            self._review_obstacle()
        return bool(unread)

    def _on_pictures_changed(self) -> None:
        then = self._once_read
        if then is not None and not self.conversation.unread_pictures():
            self._once_read = None
            then()
        if not self.conversation.unread_pictures():
            self._tell_pictures_read()
        self._review_obstacle()

    def _tell_pictures_read(self) -> None:
        """Have what looks at the pictures of kept answers look again."""
        for turn in self.conversation.turns:
            for answer in turn.answers:
                if isinstance(answer, KeptAnswer) and len(answer.steps):
                    answer.finished.emit()

    def _set_pending(self, text: str) -> None:
        if text != self.pending:
            self.pending = text
            self.pending_changed.emit()

    def _review_obstacle(self) -> None:
        obstacle = find_obstacle(
            self.engine, self.attachments, self.conversation, answering=self.answering
        )
        if obstacle != self.obstacle:
            self.obstacle = obstacle
            self.obstacle_changed.emit()
        if self.pending and obstacle is None:
            self.ask(self.pending)
        elif self.pending and obstacle is not None and obstacle.remedy is not Remedy.wait:
            self._set_pending("")
