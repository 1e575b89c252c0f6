"""Tokens and traces for the tests of probability."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from perhaps.probability.trace import COLUMNS, Origin, TokenTrace, TracedModel

MODEL = TracedModel("Starter", "llama", 15_000_000, 1024)


def single(value: float) -> float:
    """Round to a 32-bit float, as the engine computes."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


@dataclass(frozen=True)
class Candidate:
    id: int
    bytes: bytes
    logprob: float
    sampled_probability: float


@dataclass(frozen=True)
class Token:
    id: int
    bytes: bytes
    text: str
    logprob: float | None
    rank: int | None
    entropy: float | None
    candidates: tuple[Candidate, ...]
    rest: float | None
    elapsed_us: int


def token(shares: list[float], *, text: str = " a", chosen: int = 0, entropy: float = 0.5) -> Token:
    """A token whose candidates have these raw shares, the largest first."""
    listed = tuple(
        Candidate(i, f"{text}{i}".encode(), single(math.log(share)), single(share))
        for i, share in enumerate(shares)
    )
    picked = listed[chosen]
    rest = single(max(0.0, 1 - sum(shares)))
    return Token(
        picked.id, picked.bytes, text, picked.logprob, chosen + 1, entropy, listed, rest, 3000
    )


def unmeasured(text: str = " a") -> Token:
    return Token(7, text.encode(), text, None, None, None, (), None, 3000)


def trace_of(*tokens: Token, model: TracedModel | None = MODEL) -> TokenTrace:
    trace = TokenTrace(model)
    for each in tokens:
        trace.append(each)
    return trace


NUMBERED = ("tokens", "candidates")
"""Columns whose values are numbers of pieces."""


def same(one: TokenTrace, other: TokenTrace) -> bool:
    """Whether both say the same; how they number their pieces is their own affair."""
    equal = [
        np.array_equal(one.column(name), other.column(name), equal_nan="float" in kind.__name__)
        for name, kind in COLUMNS.items()
        if name not in NUMBERED
    ]
    pieces = [
        [[trace.pieces[number] for number in trace.column(name)] for name in NUMBERED]
        for trace in (one, other)
    ]
    return all(equal) and pieces[0] == pieces[1] and one.texts == other.texts


# ---------------------------------------------------------------- any trace

logprobs = st.floats(-60, 0, width=32)
shares = st.floats(0, 1, width=32)
token_ids = st.integers(0, 2**31 - 1)
candidates = st.builds(Candidate, token_ids, st.binary(max_size=9), logprobs, shares)
measured = st.builds(
    Token,
    id=token_ids,
    bytes=st.binary(max_size=9),
    text=st.text(max_size=6),
    logprob=logprobs,
    rank=st.integers(1, 300_000),
    entropy=st.floats(0, 13, width=32),
    candidates=st.lists(candidates, max_size=5).map(tuple),
    rest=shares,
    elapsed_us=st.integers(0, 2**40),
)
tokens = st.one_of(measured, st.builds(unmeasured, st.text(max_size=6)))
answers = st.lists(st.tuples(tokens, st.sampled_from(Origin)), max_size=12)


def built(answer: list[tuple[Token, Origin]]) -> TokenTrace:
    trace = TokenTrace(MODEL)
    for each, origin in answer:
        trace.append(each, origin)
    return trace
