"""The token trace of an answer as the archive holds it: in chunks while it grows, then whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.inference.protocol import TokenStep
from perhaps.probability import parts
from perhaps.probability.trace import TokenTrace
from perhaps.probability.trace_file import from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perhaps.archive.records import TraceChunk

MOST_PIECES = 2000
"""Of what is not measured, finer ones tell nobody more."""
LONGEST_PIECE = 1000
"""Characters, whose bytes fit into what an exported token may hold."""
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
    """Give a text whose tokens nobody knows as a trace, one for each word or few words."""
    trace = TokenTrace()
    for piece in _pieces(text):
        trace.append(
            TokenStep(
                id=-1,
                bytes=piece.encode("utf-8", "replace"),
                text=piece,
                logprob=None,
                rank=None,
                entropy=None,
                candidates=(),
                rest=None,
                elapsed_us=0,
            )
        )
    return trace


def _pieces(text: str) -> Iterator[str]:
    """Give the words of a text; of a long one several at once, so that it shows as quickly."""
    words = _WORD.findall(text)
    count = max(1, -(-len(words) // MOST_PIECES))
    for first in range(0, len(words), count):
        piece = "".join(words[first : first + count])
        for start in range(0, len(piece), LONGEST_PIECE):
            yield piece[start : start + LONGEST_PIECE]
