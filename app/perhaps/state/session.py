"""One run of the window: its engine, its conversations, and the question at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from perhaps.errors import EngineLostError
from perhaps.inference.protocol import (
    Failure,
    FinishReason,
    Message,
    Request,
    RunEvent,
    RunFinished,
)
from perhaps.state.answer import Answer
from perhaps.state.attachments import Attachments
from perhaps.state.conversation import Conversation, Question, Turn
from perhaps.state.engine_state import EngineState
from perhaps.state.obstacle import Obstacle, Remedy, find_obstacle
from perhaps.state.selection import Selection
from perhaps.state.settings import Settings
from perhaps.state.work_ahead import WorkAhead

if TYPE_CHECKING:
    from perhaps.state.engine_link import EngineLink


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

    def __init__(self, link: EngineLink, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.settings = Settings(store, self)
        self.engine = EngineState(link, self)
        self.attachments = Attachments(link, self)
        self.selection = Selection(self)
        self.conversations: list[Conversation] = []
        self.conversation = Conversation(self)
        self.obstacle: Obstacle | None = None
        self.pending = ""
        self._loss_told = False
        self._runs: dict[int, Answer] = {}
        self._work_ahead = WorkAhead(
            link, self.engine, self.attachments, self._messages_so_far, self
        )
        self._connect(link)
        self._review_obstacle()

    @property
    def answering(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self._runs)

    @property
    def running_answer(self) -> Answer | None:
        """The answer on its way."""
        return next(iter(self._runs.values()), None)

    @property
    def last_answer(self) -> Answer | None:
        """The shown answer of the last turn."""
        return self.conversation.turns[-1].shown if self.conversation.turns else None

    def ask(self, text: str) -> bool:
        """Send a question with the pictures that wait; False where it cannot be sent."""
        if self.obstacle is not None or not text.strip():
            return False
        self._set_pending("")
        question = Question(text.strip(), self.attachments.named_pictures())
        turn = Turn(question)
        turn.add_answer(self._generate(self.conversation.messages(question)))
        self._keep_conversation()
        self.conversation.add_turn(turn)
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
        if not self.can_regenerate:
            return
        turn = turn or self.conversation.turns[-1]
        messages = self.conversation.messages(turn.question, before=turn)
        turn.add_answer(self._generate(messages))

    def edit(self, turn: Turn, text: str) -> bool:
        """Ask a question in other words, with its pictures, as a new version of it."""
        if not self.can_regenerate or not text.strip():
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
        """Stop the answer on its way; False where there is none to stop."""
        stopped = False
        for run_id, answer in self._runs.items():
            if not answer.stopping:
                answer.note_stop_asked()
                self.link.stop(run_id)
                stopped = True
        return stopped

    def new_chat(self) -> None:
        """Open an empty conversation."""
        if self.conversation.turns:
            self.open_chat(Conversation(self))

    def open_chat(self, conversation: Conversation) -> None:
        """Open one of the conversations of this run, and stop what the present one writes."""
        if conversation is self.conversation:
            return
        self.stop()
        self.conversation = conversation
        self.selection.follow(self.last_answer)
        self.conversation_changed.emit()

    def _connect(self, link: EngineLink) -> None:
        link.run_advanced.connect(self._on_run_advanced)
        self.engine.changed.connect(self._review_obstacle)
        self.engine.ready.connect(self.attachments.read_again)
        self.engine.lost.connect(self._on_engine_lost)
        self.attachments.changed.connect(self._review_obstacle)
        self.answering_changed.connect(self._review_obstacle)

    def _generate(self, messages: tuple[Message, ...]) -> Answer:
        assert self.engine.info is not None
        request = Request(
            messages=messages,
            max_tokens=self.settings.max_tokens,
            sampling=self.settings.sampling,
            top_logprobs=self.settings.candidates,
            seed=self.settings.seed,
        )
        answer = Answer(request, self.engine.info)
        self._runs[self.link.generate(request)] = answer
        self.selection.follow(answer)
        self.answering_changed.emit()
        return answer

    def _messages_so_far(self) -> tuple[Message, ...]:
        return self.conversation.messages(Question("", self.attachments.named_pictures()))

    def _keep_conversation(self) -> None:
        if self.conversation in self.conversations:
            return
        self.conversations.insert(0, self.conversation)
        self.conversation.title_changed.connect(self.conversations_changed)

    def _set_pending(self, text: str) -> None:
        if text != self.pending:
            self.pending = text
            self.pending_changed.emit()

    def _review_obstacle(self) -> None:
        obstacle = find_obstacle(self.engine, self.attachments, answering=self.answering)
        if obstacle != self.obstacle:
            self.obstacle = obstacle
            self.obstacle_changed.emit()
        if self.pending and obstacle is None:
            self.ask(self.pending)
        elif self.pending and obstacle is not None and obstacle.remedy is not Remedy.wait:
            self._set_pending("")

    def _on_run_advanced(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        answer = self._runs.get(run_id)
        if answer is None:
            return
        answer.apply(events)
        if not answer.running:
            self._loss_told = self._loss_told or _tells_loss(answer)
            del self._runs[run_id]
            self.answering_changed.emit()

    def _on_engine_lost(self, failure: Failure) -> None:
        """Fail what the lost host was writing, unless the worker already has."""
        runs, self._runs = self._runs, {}
        for answer in runs.values():
            answer.apply([_failed(failure)])
        if runs:
            self.answering_changed.emit()
        told, self._loss_told = self._loss_told or bool(runs), False
        if not told:
            self.engine_lost.emit(failure)


def _tells_loss(answer: Answer) -> bool:
    return answer.finish is not None and answer.finish.error_kind == EngineLostError.__name__


def _failed(failure: Failure) -> RunFinished:
    return RunFinished(FinishReason.failed, error=failure.message, error_kind=failure.kind)
