"""The token trace of an answer as the archive holds it: in chunks while it grows, then whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.inference.protocol import TokenStep
from perhaps.probability import parts
from perhaps.probability.trace import TokenTrace
from perhaps.probability.trace_file import from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.archive.records import TraceChunk

_WORD = re.compile(r"\s*\S+|\s+$")


def joined(chunks: Iterable[TraceChunk]) -> TokenTrace | None:
    """Read chunks in order, as far as none is missing; None for none.

    Raises TraceError for bytes that are no trace.
    """
    kept: list[TokenTrace] = []
    count = 0
    for chunk in chunks:
        part = from_bytes(chunk.data)
        if chunk.first != count:
            break
        kept.append(part)
        count += len(part)
    return parts.joined(kept) if kept else None


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
