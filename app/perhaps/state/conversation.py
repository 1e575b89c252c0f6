"""One conversation in memory: a tree of questions and answers, and the path that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.inference.protocol import ImagePart, Message, TextPart
from perhaps.state.answer import Answer
from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.loader import load_tree
from perhaps.state.turn import AskedPicture, Fork, NamedPicture, Question, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from perhaps.archive.records import Message as Kept

__all__ = ["AskedPicture", "Conversation", "Fork", "NamedPicture", "Question", "Removal", "Turn"]

TITLE_LENGTH = 60


@dataclass(frozen=True)
class Removal:
    """What was taken out of a conversation, and where it goes back."""

    turn: Turn
    index: int
    """Among its siblings, or of the version in the turn."""
    version: tuple[Answer, Fork] | None = None
    """None where the whole turn was taken out."""


class Conversation(QObject):
    """A tree in which nothing is overwritten; `turns` is the way through it that is shown."""

    turn_added = Signal(Turn)
    answer_added = Signal(Turn, Answer)
    """A version of a turn that was there before."""
    path_changed = Signal(int)
    """Other turns are shown from this index on."""
    removed = Signal(Removal)
    restored = Signal(Removal)
    title_changed = Signal()
    pinned_changed = Signal()
    turns_wanted = Signal()
    """It is not loaded, and has to be."""
    loaded_changed = Signal()
    """Its turns came from the archive."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.root = Fork(self)
        self.turns: list[Turn] = []
        self.name = ""
        """What the person called it."""
        self.pinned = False
        self.changed_at = datetime.now(UTC)
        """Of the last question or answer that began."""
        self.number = 0
        """Its id in the archive; 0 before its first question is asked."""
        self.system_prompt = ""
        """What it brought along from another program, in the place of that of the settings."""
        self.loaded = True
        """False for a chat of the archive whose turns have yet to come; see `Session.open_chat`."""
        self._former_title = ""
        self._gives_name_up = False
        """Whether the first question is to be the title, once it is loaded."""
        self.root.shown_changed.connect(self._find_path)

    @property
    def title(self) -> str:
        """The name that it was given, else the first question on one line.

        Once it has a title it is never without one: where no question is left, it keeps the last.
        """
        lines = (_line(turn.question.text) for turn in self.turns)
        return self.name or _cut(next(filter(None, lines), "")) or self._former_title

    @property
    def end(self) -> Fork:
        """The place where the next question goes."""
        return self.turns[-1].next if self.turns else self.root

    @property
    def pictures(self) -> list[AskedPicture]:
        """All pictures of the questions that are shown."""
        return [picture for turn in self.turns for picture in turn.question.pictures]

    def unread_pictures(self) -> list[AskedPicture]:
        """Give those whose pixels have yet to be read before a question can follow."""
        return [each for each in self.pictures if each.picture is None and not each.lost]

    def all_turns(self) -> Iterator[Turn]:
        """Go through the whole tree, a question before what follows it."""
        places = [self.root]
        while places:
            for turn in places.pop().turns:
                yield turn
                places.extend(turn.forks)

    def load(self, messages: Sequence[Kept]) -> None:
        """Take in the turns of a chat of the archive; whoever does it emits `loaded_changed`."""
        blocked = self.root.blockSignals(True)
        for turn in load_tree(messages, self.root):
            self._watch(turn)
            for answer in turn.answers:
                if isinstance(answer, KeptAnswer):
                    answer.belongs_to(partial(self._messages_until, turn))
        self.root.blockSignals(blocked)
        self.turns = list(self.root.path())
        self.system_prompt = "\n".join(each.text for each in messages if each.role == "system")
        self.loaded = True
        if self._gives_name_up:
            self.rename("")

    def show_turn(self, turn: Turn) -> None:
        """Show the path that leads to a turn."""
        place: Turn | None = turn
        while place is not None and place.fork is not None:
            fork = place.fork
            fork.show_version(fork.turns.index(place))
            before = fork.parent()
            place = before if isinstance(before, Turn) else None
            if place is not None:
                place.show_version(place.forks.index(fork))

    def rename(self, name: str) -> None:
        """Call it by a name; an empty one gives the first question back, once that is there."""
        name = _line(name)
        self._gives_name_up = not name and not self.loaded
        if self._gives_name_up:
            self.turns_wanted.emit()
        elif name != self.name:
            self._former_title = self.title
            self.name = name
            self.title_changed.emit()

    def set_pinned(self, pinned: bool) -> None:
        """Keep it above the others, or let it go."""
        if pinned != self.pinned:
            self.pinned = pinned
            self.pinned_changed.emit()

    def add_turn(self, turn: Turn, fork: Fork | None = None) -> None:
        """Add a turn that has its first answer already, at the end or beside its siblings."""
        fork = fork or self.end
        self._watch(turn)
        fork.insert(len(fork.turns), turn)
        self.changed_at = datetime.now(UTC)
        self.turn_added.emit(turn)

    def remove_turn(self, turn: Turn) -> Removal:
        """Take a question out, with its answers and all that follows."""
        assert turn.fork is not None
        removal = Removal(turn, turn.fork.take(turn))
        self.removed.emit(removal)
        return removal

    def remove_answer(self, turn: Turn, index: int) -> Removal:
        """Take a version out with all that follows; with the last one its question goes."""
        if len(turn.answers) == 1:
            return self.remove_turn(turn)
        removal = Removal(turn, index, turn.take_answer(index))
        self.removed.emit(removal)
        return removal

    def restore(self, removal: Removal) -> None:
        """Put back what was taken out, and show it."""
        if removal.version is not None:
            removal.turn.insert_answer(removal.index, *removal.version)
        else:
            assert removal.turn.fork is not None
            removal.turn.fork.insert(removal.index, removal.turn)
        self.restored.emit(removal)

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

    def _messages_until(self, turn: Turn) -> tuple[Message, ...]:
        """Give what an answer of a turn answered; nothing while the turn is not shown."""
        return self.messages(turn.question, before=turn) if turn in self.turns else ()

    def _watch(self, turn: Turn) -> None:
        turn.shown_changed.connect(self._find_path)
        turn.answer_added.connect(self._on_answer_added)
        for fork in turn.forks:
            fork.shown_changed.connect(self._find_path)

    def _on_answer_added(self, turn: Turn, answer: Answer) -> None:
        turn.forks[turn.answers.index(answer)].shown_changed.connect(self._find_path)
        self.changed_at = datetime.now(UTC)
        self.answer_added.emit(turn, answer)

    def _find_path(self) -> None:
        self._former_title = self.title
        before, self.turns = self.turns, list(self.root.path())
        pairs = enumerate(zip(before, self.turns, strict=False))
        shorter = min(len(before), len(self.turns))
        first = next((i for i, (old, new) in pairs if old is not new), shorter)
        if first == len(before) == len(self.turns):
            return
        self.path_changed.emit(first)
        if first == 0:
            self.title_changed.emit()


def _line(text: str) -> str:
    """Put a text on one line; empty where nothing of it can be seen."""
    return " ".join(text.split()) if any(map(_is_seen, text)) else ""


def _is_seen(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _cut(line: str) -> str:
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def _message(*questions: Question) -> Message:
    shown = [picture.picture for asked in questions for picture in asked.pictures]
    # Of an earlier run, a picture may be lost; whoever asks was told so.
    pictures = [ImagePart(picture.image) for picture in shown if picture is not None]
    text = "\n".join(asked.text for asked in questions)
    return Message("user", (*pictures, TextPart(text)))
