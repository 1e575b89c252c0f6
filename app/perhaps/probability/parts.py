"""Traces cut into parts and put together again, to keep an answer while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from perhaps.probability.pieces import PieceTable
from perhaps.probability.trace import COLUMNS, PER_CANDIDATE, Origin, TokenTrace

if TYPE_CHECKING:
    from collections.abc import Sequence


def part_of(trace: TokenTrace, first: int, stop: int | None = None) -> TokenTrace:
    """Give a trace of its own of the tokens from `first` up to `stop`."""
    places = slice(*slice(first, stop).indices(len(trace)))
    starts = trace.column("starts")[places.start : max(places.start, places.stop) + 1]
    listed = slice(int(starts[0]), int(starts[-1]))
    columns = {
        name: trace.column(name)[listed if name in PER_CANDIDATE else places] for name in COLUMNS
    }
    columns["starts"] = starts - starts[0]
    used, numbers = np.unique(
        np.concatenate([columns["tokens"], columns["candidates"]]), return_inverse=True
    )
    columns["tokens"], columns["candidates"] = np.split(numbers, [len(columns["tokens"])])
    pieces = PieceTable([trace.pieces[number] for number in used.tolist()])
    return TokenTrace(trace.model, pieces, trace.texts[places], columns)


def head_of(trace: TokenTrace, count: int) -> TokenTrace:
    """Give the first tokens as those of an answer that takes them over."""
    part = part_of(trace, 0, count)
    columns = {name: part.column(name) for name in COLUMNS}
    columns["origins"] = np.full(count, Origin.kept)
    return TokenTrace(part.model, part.pieces, part.texts, columns)


def joined(parts: Sequence[TokenTrace]) -> TokenTrace:
    """Put parts together, in the order that they are given."""
    pieces = PieceTable()
    columns = {name: [part.column(name) for part in parts] for name in COLUMNS}
    for name in ("tokens", "candidates"):
        columns[name] = [_renumbered(part, name, pieces) for part in parts]
    ends = np.cumsum([0] + [int(part.column("starts")[-1]) for part in parts])
    columns["starts"] = [np.zeros(1, np.int64)] + [
        part.column("starts")[1:] + end for part, end in zip(parts, ends, strict=False)
    ]
    whole = {name: np.concatenate(values or [np.zeros(0)]) for name, values in columns.items()}
    texts = [text for part in parts for text in part.texts]
    return TokenTrace(parts[0].model if parts else None, pieces, texts, whole)


def _renumbered(part: TokenTrace, name: str, pieces: PieceTable) -> np.ndarray:
    numbers = [pieces.number_of(*part.pieces[number]) for number in range(len(part.pieces))]
    renumbered: np.ndarray = np.array(numbers, np.int32)[part.column(name)]
    return renumbered
