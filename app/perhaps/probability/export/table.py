"""The tokens of an answer as CSV: one row for each candidate of each token.

Lines that begin with `#` tell how the answer was made. Bytes are in hexadecimal;
texts are for reading: a text that a spreadsheet would take for a formula has an
apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from perhaps.probability.export.record import AnswerRecord, ExportedToken

COLUMNS = (
    "token", "id", "text", "bytes", "origin", "elapsed_us", "logprob", "rank", "entropy", "rest",
    "candidate", "candidate_id", "candidate_text", "candidate_bytes", "candidate_logprob",
    "candidate_sampled_probability",
)  # fmt: skip
FACTS = (
    "format", "version", "versions", "question", "pictures", "answer", "finish_reason", "model",
    "sampling", "seed", "max_tokens",
)  # fmt: skip

Cell = str | int | float | None


def write_csv(record: AnswerRecord) -> bytes:
    """Give the file, UTF-8."""
    out = io.StringIO(newline="")
    facts = msgspec.to_builtins(record)
    for name in FACTS:
        out.write(f"# {name}: {json.dumps(facts[name], ensure_ascii=False)}\r\n")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for index, token in enumerate(record.tokens):
        writer.writerows(_rows(index, token))
    return out.getvalue().encode("utf-8", "replace")


def _rows(index: int, token: ExportedToken) -> list[list[Cell]]:
    head: list[Cell] = [
        index + 1, token.id, _shown(token.text), token.bytes.hex(), token.origin.value,
        token.elapsed_us, token.logprob, token.rank, token.entropy, token.rest,
    ]  # fmt: skip
    if not token.candidates:
        return [[*head, *[None] * (len(COLUMNS) - len(head))]]
    return [
        [*head, place, each.id, _shown(each.text), each.bytes.hex(), each.logprob,
         each.sampled_probability]
        for place, each in enumerate(token.candidates, 1)
    ]  # fmt: skip


def _shown(text: str) -> str:
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text
