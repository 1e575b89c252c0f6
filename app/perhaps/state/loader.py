"""Turns a chat of the archive into the tree of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.archive.records import Message
from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.restored_picture import RestoredPicture
from perhaps.state.turn import Fork, Question, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_tree(messages: Sequence[Message], root: Fork) -> list[Turn]:
    """Hang the messages of a chat, in the order of writing, under an empty root.

    Gives all turns. What no question belongs to hangs under an empty question, and a question
    without an answer gets an empty one that was stopped.
    """
    tree = _Tree(root)
    for message in messages:
        tree.add(message)
    tree.complete()
    return tree.turns


class _Tree:
    def __init__(self, root: Fork) -> None:
        self.turns: list[Turn] = []
        self._root = root
        self._questions: dict[int, Turn] = {}
        self._unasked: dict[int | None, Turn] = {}
        """Turns without a question, by the ids of what they follow."""
        self._forks: dict[int, Fork] = {}
        """The places after answers, by the ids of these."""
        self._chosen: dict[object, int] = {}
        """When each turn and answer was last shown."""

    def add(self, message: Message) -> None:
        if message.role == "user":
            self._add_question(message)
        elif message.role == "assistant":
            self._add_answer(message)
        else:
            # What a system prompt is followed by begins the chat.
            self._forks[message.id] = self._root

    def complete(self) -> None:
        for turn in self.turns:
            if not turn.answers:
                self._hang_answer(turn, _no_answer(turn.number))
        for fork in {id(fork): fork for fork in (self._root, *self._forks.values())}.values():
            if fork.turns:
                fork.show_version(_latest(fork.turns, self._chosen))
        for turn in self.turns:
            turn.show_version(_latest(turn.answers, self._chosen))

    def _add_question(self, message: Message) -> None:
        fork = self._place(message)
        pictures = tuple(RestoredPicture(kept) for kept in message.pictures)
        turn = self._hang_turn(fork, Question(message.text, pictures))
        turn.number = message.id
        self._questions[message.id] = turn
        self._chosen[turn] = message.chosen

    def _place(self, message: Message) -> Fork:
        """Find where a question goes: after an answer, or after a question without any."""
        if message.parent is None:
            return self._root
        before = self._questions.get(message.parent)
        if before is not None:
            if not before.answers:
                self._hang_answer(before, _no_answer(before.number))
            return before.forks[0]
        return self._forks.get(message.parent, self._root)

    def _add_answer(self, message: Message) -> None:
        turn = self._questions.get(message.parent or 0)
        if turn is None:
            turn = self._unasked_turn(message)
        answer = KeptAnswer(message)
        self._chosen[answer] = message.chosen
        self._hang_answer(turn, answer)

    def _unasked_turn(self, answer: Message) -> Turn:
        """Give the turn of an answer to no question; versions of it follow the same message."""
        turn = self._unasked.get(answer.parent)
        if turn is None:
            fork = self._forks.get(answer.parent or 0, self._root)
            turn = self._unasked[answer.parent] = self._hang_turn(fork, Question(""))
            turn.follows = answer.parent
        self._chosen[turn] = max(self._chosen.get(turn, 0), answer.chosen)
        return turn

    def _hang_turn(self, fork: Fork, question: Question) -> Turn:
        turn = Turn(question)
        for picture in question.pictures:
            if isinstance(picture, RestoredPicture):
                picture.setParent(turn)
        fork.insert(len(fork.turns), turn)
        self.turns.append(turn)
        return turn

    def _hang_answer(self, turn: Turn, answer: KeptAnswer) -> None:
        fork = Fork(turn)
        turn.insert_answer(len(turn.answers), answer, fork)
        if answer.number:
            self._forks[answer.number] = fork


def _no_answer(question: int) -> KeptAnswer:
    message = Message(0, 0, question, "assistant", "", 0, 0)
    return KeptAnswer(message)


def _latest(siblings: Sequence[object], chosen: dict[object, int]) -> int:
    """Give the index of the sibling that was shown last; of equals the later one."""
    return max(range(len(siblings)), key=lambda i: (chosen.get(siblings[i], 0), i))
