"""Characters that no font can draw, replaced by one that every font can."""

from __future__ import annotations

import unicodedata

UNDRAWN = ("Cc", "Cn", "Co", "Cs")
"""Controls, unassigned, private, halves of pairs: each would be looked for in every font."""
KEPT = "\n\t"


def drawable(text: str) -> str:
    """Give a text of the same number of characters that is quick to draw."""
    if text.isprintable():
        return text
    return "".join(map(_drawable, text))


def _drawable(character: str) -> str:
    if character.isprintable() or character in KEPT:
        return character
    return "\ufffd" if unicodedata.category(character) in UNDRAWN else character
