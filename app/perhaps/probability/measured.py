"""What a trace takes in: anything shaped like the engine's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class MeasuredCandidate(Protocol):
    """A token that could have come."""

    @property
    def id(self) -> int:
        """Its number in the vocabulary."""

    @property
    def bytes(self) -> bytes:
        """What it stands for; part of a character, maybe."""

    @property
    def logprob(self) -> float:
        """Nats, raw."""

    @property
    def sampled_probability(self) -> float:
        """After the sampler chain."""


class MeasuredToken(Protocol):
    """A token that came; its measures are None where it was not measured."""

    @property
    def id(self) -> int:
        """Its number in the vocabulary."""

    @property
    def bytes(self) -> bytes:
        """What it stands for; part of a character, maybe."""

    @property
    def text(self) -> str:
        """What became complete with it."""

    @property
    def logprob(self) -> float | None:
        """Nats, raw."""

    @property
    def rank(self) -> int | None:
        """1 for the most likely token."""

    @property
    def entropy(self) -> float | None:
        """Nats, of the raw distribution."""

    @property
    def candidates(self) -> Sequence[MeasuredCandidate]:
        """Most likely first."""

    @property
    def rest(self) -> float | None:
        """Probability of all tokens that are not candidates."""

    @property
    def elapsed_us(self) -> int:
        """Since the token before."""
