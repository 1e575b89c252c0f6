"""Text as the search sees it, and the places in it that a query matches."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from perhaps.archive.records import Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

SNIPPET = 120
"""Characters of a snippet, at most."""
BEFORE = 30
"""Of them before the first place."""
MOST_TERMS = 16

# Scripts that set no spaces between words: each sign becomes a word of its own, and a run of
# them in a query a phrase.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_EACH_UNSPACED = re.compile(f"([{_UNSPACED}])")
_TERM = re.compile(r"[^\W_]+")


def searchable(text: str) -> str:
    """Set spaces around signs of scripts that have none."""
    return _EACH_UNSPACED.sub(r" \1 ", text)


def query_terms(query: str) -> list[str]:
    """Give the words of a query, as they were typed."""
    return _TERM.findall(query)[:MOST_TERMS]


def match_expression(terms: list[str]) -> str:
    """Write terms in the language of FTS5; each may be the beginning of a word."""
    return " AND ".join(f'"{" ".join(searchable(term).split())}" *' for term in terms)


def snippet(text: str, marks: Sequence[tuple[int, int]], length: int = SNIPPET) -> Snippet:
    """Cut the piece of a text around the first of its marked places, on one line."""
    first = marks[0][0] if marks else 0
    begin = _word_begin(text, max(0, first - BEFORE)) if first > BEFORE else 0
    end = min(len(text), begin + length)
    lead, tail = "…" if begin else "", "…" if end < len(text) else ""
    shift = len(lead) - begin
    inside = tuple((a + shift, min(b, end) + shift) for a, b in marks if begin <= a < end)
    # Line breaks become spaces one for one, so that the places stay right.
    piece = re.sub(r"\s", " ", text[begin:end])
    return Snippet(lead + piece + tail, inside)


def find_terms(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """Find where words begin with a term, whatever their case and accents; in order."""
    if not terms:
        return []
    folded, origin = (text.lower(), range(len(text))) if text.isascii() else _fold(text)
    pattern = "|".join(_term_pattern(_fold(term)[0]) for term in terms)
    return [
        (origin[match.start()], origin[match.end() - 1] + 1)
        for match in re.finditer(pattern, folded)
        if match.end() > match.start()
    ]


def _term_pattern(term: str) -> str:
    if _EACH_UNSPACED.match(term):
        return re.escape(term)
    return rf"(?<!\w){re.escape(term)}|(?<=[{_UNSPACED}]){re.escape(term)}"


def _fold(text: str) -> tuple[str, list[int]]:
    """Drop case and accents; gives for each character where it came from."""
    pieces, origin = [], []
    for index, character in enumerate(text):
        folded = _fold_character(character)
        pieces.append(folded)
        origin.extend([index] * len(folded))
    return "".join(pieces), origin


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _word_begin(text: str, index: int) -> int:
    """Move on to where a word begins, by no more than half of what stands before a place."""
    for step in range(BEFORE // 2):
        if text[index + step - 1].isspace():
            return index + step
    return index
