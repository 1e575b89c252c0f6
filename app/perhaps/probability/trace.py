"""The tokens of one answer in columns, growing while the answer is written.

Shapes: [n] for what each token has once, [m] for the candidates of all tokens in
order, of which token i has those from `starts[i]` to `starts[i + 1]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from perhaps.probability.columns import Column
from perhaps.probability.pieces import PieceTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perhaps.probability.measured import MeasuredToken

Floats = NDArray[np.float64]


class Origin(IntEnum):
    """How a token came into the answer."""

    drawn = 0
    """The model was sampled."""
    kept = 1
    """Taken over from an earlier answer."""
    forced = 2
    """Put there by a person instead of what the model would have drawn."""


@dataclass(frozen=True)
class TracedModel:
    """What tells one model from another where their tokens are concerned."""

    name: str
    architecture: str
    parameters: int
    vocabulary_size: int


@dataclass(frozen=True)
class Candidates:
    """The candidates of one token, most likely first."""

    ids: tuple[int, ...]
    bytes: tuple[bytes, ...]
    logprobs: Floats
    """[k] nats, raw."""
    sampled: Floats
    """[k] probabilities after the sampler chain."""


COLUMNS: dict[str, type[np.generic]] = {
    "tokens": np.int32,
    "logprobs": np.float64,
    "ranks": np.int32,
    "entropies": np.float64,
    "rests": np.float64,
    "elapsed_us": np.int64,
    "origins": np.uint8,
    "starts": np.int64,
    "candidates": np.int32,
    "candidate_logprobs": np.float64,
    "candidate_sampled": np.float64,
}
PER_CANDIDATE = ("candidates", "candidate_logprobs", "candidate_sampled")


class TokenTrace:
    """Columns of tokens; a value that was not measured is NaN, an unmeasured rank is 0."""

    def __init__(
        self,
        model: TracedModel | None = None,
        pieces: PieceTable | None = None,
        texts: list[str] | None = None,
        columns: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        self.model = model
        self.pieces = pieces or PieceTable()
        self.texts = texts or []
        """[n] what became complete UTF-8 with each token."""
        given = columns or {"starts": np.zeros(1)}
        self._columns = {name: Column(kind, given.get(name, ())) for name, kind in COLUMNS.items()}

    def __len__(self) -> int:
        return len(self.texts)

    def append(self, token: MeasuredToken, origin: Origin = Origin.drawn) -> None:
        """Add the next token."""
        columns, number_of = self._columns, self.pieces.number_of
        columns["tokens"].append(number_of(token.id, token.bytes))
        columns["logprobs"].append(_or_nan(token.logprob))
        columns["ranks"].append(token.rank or 0)
        columns["entropies"].append(_or_nan(token.entropy))
        columns["rests"].append(_or_nan(token.rest))
        columns["elapsed_us"].append(token.elapsed_us)
        columns["origins"].append(origin)
        listed = token.candidates
        columns["candidates"].extend([number_of(each.id, each.bytes) for each in listed])
        columns["candidate_logprobs"].extend([each.logprob for each in listed])
        columns["candidate_sampled"].extend([each.sampled_probability for each in listed])
        columns["starts"].append(len(columns["candidates"]))
        self.texts.append(token.text)

    def column(self, name: str) -> NDArray[Any]:
        """Give a column by its name in `COLUMNS`."""
        return self._columns[name].values

    @property
    def logprobs(self) -> Floats:
        """[n] nats, raw, of the token that came."""
        return self.column("logprobs")

    @property
    def ranks(self) -> NDArray[np.int32]:
        """[n] 1 for the most likely token."""
        return self.column("ranks")

    @property
    def entropies(self) -> Floats:
        """[n] nats, of the raw distribution."""
        return self.column("entropies")

    @property
    def rests(self) -> Floats:
        """[n] probability of all tokens that are not candidates."""
        return self.column("rests")

    @property
    def elapsed_us(self) -> NDArray[np.int64]:
        """[n] microseconds since the token before."""
        return self.column("elapsed_us")

    @property
    def origins(self) -> NDArray[np.uint8]:
        """[n] values of `Origin`."""
        return self.column("origins")

    def piece(self, index: int) -> tuple[int, bytes]:
        """The id and the bytes of a token."""
        return self.pieces[int(self.column("tokens")[index])]

    def candidates(self, index: int) -> Candidates:
        """The candidates of a token; none where it was not measured."""
        begin, end = self.column("starts")[index : index + 2].tolist()
        numbers = self.column("candidates")[begin:end].tolist()
        pieces = [self.pieces[number] for number in numbers]
        return Candidates(
            tuple(piece[0] for piece in pieces),
            tuple(piece[1] for piece in pieces),
            self.column("candidate_logprobs")[begin:end],
            self.column("candidate_sampled")[begin:end],
        )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
