"""Two answers side by side: which tokens they share, and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

THOROUGH = 4_000_000
"""Pairs of tokens up to which an alignment weighs common tokens, too; beyond, that takes long."""


@dataclass(frozen=True)
class AlignedPair:
    """A token of the left answer beside one of the right; None where there is none."""

    left: int | None
    right: int | None
    same: bool


@dataclass(frozen=True)
class Comparison:
    """Both answers in order, and how far they go together."""

    pairs: tuple[AlignedPair, ...]
    shared: int
    """Tokens before the answers part; all of them where they never do."""

    @property
    def parts(self) -> bool:
        """Whether there is any difference."""
        return self.shared < len(self.pairs)

    @property
    def differences(self) -> tuple[int, ...]:
        """The pairs at which a stretch of differences begins."""
        return tuple(
            index
            for index, pair in enumerate(self.pairs)
            if not pair.same and (index == 0 or self.pairs[index - 1].same)
        )


def compare(left: Sequence[Hashable], right: Sequence[Hashable]) -> Comparison:
    """Align two answers by what identifies their tokens: ids, or bytes where models differ."""
    start = _shared_beginning(left, right)
    end = _shared_beginning(left[start:][::-1], right[start:][::-1])
    last_left, last_right = len(left) - end, len(right) - end
    pairs = [AlignedPair(i, i, same=True) for i in range(start)]
    pairs += _aligned(left[start:last_left], right[start:last_right], start)
    pairs += [AlignedPair(last_left + i, last_right + i, same=True) for i in range(end)]
    return Comparison(tuple(pairs), start)


def _shared_beginning(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    both = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in both if a != b), min(len(left), len(right)))


def _aligned(left: Sequence[Hashable], right: Sequence[Hashable], start: int) -> list[AlignedPair]:
    pairs: list[AlignedPair] = []
    skips_common = len(left) * len(right) > THOROUGH
    matcher = SequenceMatcher(None, left, right, autojunk=skips_common)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        for a, b in zip_longest(range(i, i_end), range(j, j_end)):
            same = a is not None and b is not None and left[a] == right[b]
            pairs.append(AlignedPair(_moved(a, start), _moved(b, start), same))
    return pairs


def _moved(place: int | None, offset: int) -> int | None:
    return None if place is None else place + offset
