"""What an answer begins with when it branches off another one, or goes on with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perhaps.probability.parts import head_of
from perhaps.probability.trace import TokenTrace

if TYPE_CHECKING:
    from perhaps.state.answer import Answer


@dataclass(frozen=True)
class Opening:
    """Tokens that are taken over, then what a person puts in place of the next one."""

    kept: TokenTrace = field(default_factory=TokenTrace)
    tokens: tuple[int, ...] = ()
    text: str = ""

    @property
    def kept_ids(self) -> tuple[int, ...]:
        """The tokens that are taken over."""
        return tuple(self.kept.piece(index)[0] for index in range(len(self.kept)))


def branch_with_candidate(answer: Answer, index: int, token: int) -> Opening:
    """Keep what comes before a token, and put another one in its place."""
    return Opening(head_of(answer.trace, index), tokens=(token,))


def branch_with_words(answer: Answer, index: int, words: str) -> Opening:
    """Keep what comes before a token, and put words in its place.

    Words that replace a token which begins with a space begin with one, too.
    """
    _, replaced = answer.trace.piece(index)
    spaced = replaced.startswith(b" ") and not words[:1].isspace()
    return Opening(head_of(answer.trace, index), text=f" {words}" if spaced else words)


def continuation(answer: Answer) -> Opening:
    """Keep all of an answer that was cut short."""
    return Opening(head_of(answer.trace, len(answer.trace)))
