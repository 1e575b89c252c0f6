"""The token trace of an answer as the archive holds it: in chunks while it grows, then whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.inference.protocol import TokenStep
from perhaps.probability.trace import Origin, TokenTrace
from perhaps.probability.trace_file import from_bytes
from perhaps.state.steps import step_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.archive.records import TraceChunk

_WORD = re.compile(r"\s*\S+|\s+$")


def part_of(trace: TokenTrace, first: int) -> TokenTrace:
    """Copy the tokens from an index on."""
    part = TokenTrace(trace.model)
    _append(part, trace, first)
    return part


def joined(chunks: Iterable[TraceChunk]) -> TokenTrace | None:
    """Read chunks in order, as far as none is missing; None for none.

    Raises TraceError for bytes that are no trace.
    """
    whole: TokenTrace | None = None
    for chunk in chunks:
        part = from_bytes(chunk.data)
        if whole is None and chunk.first == 0:
            whole = part
        elif whole is None or chunk.first != len(whole):
            break
        else:
            _append(whole, part, 0)
    return whole


def unmeasured_trace(text: str) -> TokenTrace:
    """Give a text whose tokens nobody knows as a trace, one for each word."""
    trace = TokenTrace()
    for word in _WORD.findall(text):
        trace.append(
            TokenStep(
                id=-1,
                bytes=word.encode("utf-8", "replace"),
                text=word,
                logprob=None,
                rank=None,
                entropy=None,
                candidates=(),
                rest=None,
                elapsed_us=0,
            )
        )
    return trace


def _append(to: TokenTrace, trace: TokenTrace, first: int) -> None:
    for index in range(first, len(trace)):
        to.append(step_at(trace, index), Origin(int(trace.origins[index])))
