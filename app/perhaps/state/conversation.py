"""One conversation in memory: questions, and the answers each of them got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.inference.protocol import ImagePart, Message, Picture, TextPart

if TYPE_CHECKING:
    from perhaps.state.answer import Answer

TITLE_LENGTH = 60


@dataclass(frozen=True)
class NamedPicture:
    """A picture with the name that the person knows it by."""

    name: str
    picture: Picture


@dataclass(frozen=True)
class Question:
    """What was asked."""

    text: str
    pictures: tuple[NamedPicture, ...] = ()


class Turn(QObject):
    """A question and its answers; a new answer is a new version."""

    shown_changed = Signal()
    """Another version is shown."""

    def __init__(self, question: Question, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.answers: list[Answer] = []
        self.shown_index = -1

    @property
    def shown(self) -> Answer:
        """The version that is shown, and that later questions build on."""
        return self.answers[self.shown_index]

    def add_answer(self, answer: Answer) -> None:
        """Add a version and show it."""
        answer.setParent(self)
        self.answers.append(answer)
        self.show_version(len(self.answers) - 1)

    def show_version(self, index: int) -> None:
        """Show one of the versions; an index out of range changes nothing."""
        if 0 <= index < len(self.answers) and index != self.shown_index:
            self.shown_index = index
            self.shown_changed.emit()


class Conversation(QObject):
    """Turns in order."""

    turn_added = Signal(Turn)
    title_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turns: list[Turn] = []

    @property
    def title(self) -> str:
        """The first question on one line, cut where it is long; empty at first."""
        if not self.turns:
            return ""
        line = " ".join(self.turns[0].question.text.split())
        return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"

    def add_turn(self, turn: Turn) -> None:
        """Add a turn that has its first answer already."""
        turn.setParent(self)
        self.turns.append(turn)
        self.turn_added.emit(turn)
        if len(self.turns) == 1:
            self.title_changed.emit()

    def messages(self, question: Question, before: Turn | None = None) -> tuple[Message, ...]:
        """Give all that came before a turn (or all there is) and a question.

        Chat templates demand that user and assistant take turns. So a question
        that was stopped before its answer began is joined to the next one, and
        one that failed is left out: it would fail again.
        """
        earlier = self.turns[: self.turns.index(before)] if before else self.turns
        messages: list[Message] = []
        unanswered: list[Question] = []
        for turn in earlier:
            if text := turn.shown.text:
                messages.append(_message(*unanswered, turn.question))
                messages.append(Message("assistant", (TextPart(text),)))
                unanswered = []
            elif not turn.shown.failed:
                unanswered.append(turn.question)
        return (*messages, _message(*unanswered, question))


def _message(*questions: Question) -> Message:
    pictures = [ImagePart(shown.picture.image) for asked in questions for shown in asked.pictures]
    text = "\n".join(asked.text for asked in questions)
    return Message("user", (*pictures, TextPart(text)))
