"""A question with its answers, and the places of a conversation where questions begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Signal

from perhaps.inference.protocol import ImagePixels, Picture
from perhaps.state.restored_picture import RestoredPicture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps.state.answer import Answer


@dataclass
class PictureCopy:
    """The copy of an attached file in the archive; of its thread, once it is made."""

    content: str = ""
    """The hash that names it; empty before it is there."""


@dataclass(frozen=True)
class NamedPicture:
    """A picture with the name that the person knows it by."""

    name: str
    picture: Picture
    source: str | bytes = field(default="", compare=False)
    """A path or encoded bytes, as it was added."""
    copy: PictureCopy = field(default_factory=PictureCopy, compare=False)

    lost: ClassVar[bool] = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the prepared pixels."""
        return self.picture.image.width, self.picture.image.height

    @property
    def small(self) -> ImagePixels:
        """Pixels for the chat."""
        return self.picture.image

    def ensure_small(self) -> None:
        """They are there; see `RestoredPicture`."""

    def ensure_pixels(self) -> None:
        """Likewise."""


AskedPicture = NamedPicture | RestoredPicture
"""Of this run, or of an earlier one: then its pixels may have yet to come."""


@dataclass(frozen=True)
class Question:
    """What was asked."""

    text: str
    pictures: tuple[AskedPicture, ...] = ()


class Turn(QObject):
    """A question and its answers; a new answer is a new version.

    Each version has a future of its own: `forks[i]` is the place after `answers[i]`.
    """

    shown_changed = Signal()
    """Another version is shown."""
    answer_added = Signal(QObject, QObject)
    """`(Turn, Answer)`."""

    def __init__(self, question: Question, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.number = 0
        """The id of the question in the archive; 0 before it is there, or where none was asked."""
        self.follows: int | None = None
        """Where none was asked, as of a greeting: the id of the message that its answers follow."""
        self.answers: list[Answer] = []
        self.forks: list[Fork] = []
        self.fork: Fork | None = None
        """The place where it stands; None before it is part of a conversation."""
        self.shown_index = -1

    @property
    def shown(self) -> Answer:
        """The version that is shown, and that later questions build on."""
        return self.answers[self.shown_index]

    @property
    def next(self) -> Fork:
        """The place after the version that is shown."""
        return self.forks[self.shown_index]

    def add_answer(self, answer: Answer) -> None:
        """Add a version and show it."""
        self.insert_answer(len(self.answers), answer, Fork(self))
        self.answer_added.emit(self, answer)

    def insert_answer(self, index: int, answer: Answer, fork: Fork) -> None:
        """Put a version and its future at a place, and show it."""
        answer.setParent(self)
        self.answers.insert(index, answer)
        self.forks.insert(index, fork)
        self.shown_index = index
        self.shown_changed.emit()

    def take_answer(self, index: int) -> tuple[Answer, Fork]:
        """Take a version and its future out; another one must be left."""
        taken = self.answers.pop(index), self.forks.pop(index)
        self.shown_index = min(self.shown_index, len(self.answers) - 1)
        self.shown_changed.emit()
        return taken

    def show_version(self, index: int) -> None:
        """Show one of the versions; an index out of range changes nothing."""
        if 0 <= index < len(self.answers) and index != self.shown_index:
            self.shown_index = index
            self.shown_changed.emit()


class Fork(QObject):
    """Questions that begin at the same place: one, and what it was edited into."""

    shown_changed = Signal()
    """Another question is shown, or none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turns: list[Turn] = []
        self.shown_index = -1

    @property
    def shown(self) -> Turn | None:
        """The question that is shown; None where the conversation ends."""
        return self.turns[self.shown_index] if self.turns else None

    def insert(self, index: int, turn: Turn) -> None:
        """Put a question at a place among its siblings, and show it."""
        turn.setParent(self)
        turn.fork = self
        self.turns.insert(index, turn)
        self.shown_index = index
        self.shown_changed.emit()

    def take(self, turn: Turn) -> int:
        """Take a question out with all that follows it; gives the place where it was."""
        index = self.turns.index(turn)
        del self.turns[index]
        self.shown_index = min(self.shown_index, len(self.turns) - 1)
        self.shown_changed.emit()
        return index

    def show_version(self, index: int) -> None:
        """Show one of the questions; an index out of range changes nothing."""
        if 0 <= index < len(self.turns) and index != self.shown_index:
            self.shown_index = index
            self.shown_changed.emit()

    def path(self) -> Iterator[Turn]:
        """Give the turns that are shown from here on."""
        turn = self.shown
        while turn is not None:
            yield turn
            turn = turn.next.shown if turn.answers else None
