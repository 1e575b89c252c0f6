"""The tokens of a trace as the engine's contract tells of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, overload

from perhaps.inference.protocol import ModelInfo, TokenCandidate, TokenStep
from perhaps.probability.trace import Origin, TracedModel

if TYPE_CHECKING:
    from perhaps.probability.trace import TokenTrace

RECENT = 8
"""Steps that are kept once they are made: views ask again and again for the same few."""


class Steps(Sequence[TokenStep]):
    """Makes each step when it is asked for; to go through a long answer, use its columns."""

    def __init__(self, trace: TokenTrace) -> None:
        self._trace = trace
        self._recent = lru_cache(RECENT)(lambda index: step_at(trace, index))

    def __len__(self) -> int:
        return len(self._trace)

    @overload
    def __getitem__(self, index: int) -> TokenStep: ...

    @overload
    def __getitem__(self, index: slice) -> list[TokenStep]: ...

    def __getitem__(self, index: int | slice) -> TokenStep | list[TokenStep]:
        """Give one step, or a list of them."""
        places = range(len(self))[index]
        if isinstance(places, range):
            return [step_at(self._trace, place) for place in places]
        return self._recent(places)


def step_at(trace: TokenTrace, index: int) -> TokenStep:
    """Make the step of a token."""
    token_id, data = trace.piece(index)
    listed = trace.candidates(index)
    columns = (listed.ids, listed.bytes, listed.logprobs.tolist(), listed.sampled.tolist())
    return TokenStep(
        id=token_id,
        bytes=data,
        text=trace.texts[index],
        logprob=_or_none(trace.logprobs[index]),
        rank=int(trace.ranks[index]) or None,
        entropy=_or_none(trace.entropies[index]),
        candidates=tuple(TokenCandidate(*each) for each in zip(*columns, strict=True)),
        rest=_or_none(trace.rests[index]),
        elapsed_us=int(trace.elapsed_us[index]),
        forced=bool(trace.origins[index] == Origin.forced),
    )


def traced_model(model: ModelInfo) -> TracedModel:
    """Give what a trace keeps of a model."""
    return TracedModel(model.name, model.architecture, model.parameters, model.vocabulary_size)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
