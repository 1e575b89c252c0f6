"""An answer of an earlier run of the program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.state.answer import Answer
from perhaps.state.kept_facts import end_of, model_of, read_facts, request_of
from perhaps.state.kept_trace import unmeasured_trace
from perhaps.state.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.archive.records import Message as Kept
    from perhaps.inference.protocol import Message, Request
    from perhaps.probability.trace import TokenTrace


class KeptAnswer(Answer):
    """Its words are there at once; its tokens are fetched when they are asked for."""

    steps_wanted = Signal(QObject)

    def __init__(self, message: Kept, parent: QObject | None = None) -> None:
        facts = read_facts(message.facts)
        super().__init__(request_of(facts), model_of(facts), parent, finish=end_of(facts))
        self.number = message.id
        self._text = message.text
        self._wanted = False
        self._messages: Callable[[], tuple[Message, ...]] = tuple

    @property
    def request(self) -> Request:
        """What it answered, out of the conversation that it hangs in."""
        return replace(self._request, messages=(*self._request.messages, *self._messages()))

    @request.setter
    def request(self, request: Request) -> None:
        self._request = request

    def belongs_to(self, messages: Callable[[], tuple[Message, ...]]) -> None:
        """Learn where the messages before it are to be had."""
        self._messages = messages

    @property
    def text(self) -> str:
        """All that was written, also before its tokens are there."""
        return self._text

    def ensure_steps(self) -> None:
        """Ask for the tokens once; `advanced` tells that they are there."""
        if not self._wanted:
            self._wanted = True
            self.steps_wanted.emit(self)

    def release_steps(self) -> None:
        """Give the memory of the tokens back; `ensure_steps` brings them again."""
        self._wanted = False
        self._take(unmeasured_trace(""))

    def take_trace(self, trace: TokenTrace | None) -> None:
        """Take the tokens in; without any, the words stand for them, unmeasured."""
        if trace is None:
            tail = self.finish.text if self.finish else ""
            trace = unmeasured_trace(self._text.removesuffix(tail))
        self._take(trace)
        if len(trace):
            self.advanced.emit(0)
            # What an answer is complete with can be shown from now on.
            self.finished.emit()

    def _take(self, trace: TokenTrace) -> None:
        self.trace = trace
        self.steps = Steps(trace)
