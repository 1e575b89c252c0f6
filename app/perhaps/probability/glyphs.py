"""Tokens made visible: spaces, tabs, line breaks, and half characters."""

from __future__ import annotations

import unicodedata

VISIBLE = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "␍"}
EXACT_LIMIT = 64
GAP = "\u2009"
"""A thin space between exact tokens."""
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Zl", "Zp")
"""Unicode categories that would draw nothing, or turn the text around."""


def visible_token(data: bytes, limit: int = 24) -> str:
    """Write the bytes of a token so that two different tokens never look the same."""
    glyphs: list[str] = []
    for piece in _decoded(data):
        glyphs.append(piece if isinstance(piece, str) else "".join(f"⟨{b:02X}⟩" for b in piece))
        if len(glyphs) > limit:
            return "".join(glyphs[:limit]) + "…"
    return "".join(glyphs)


def exact_text(data: bytes) -> str:
    """Write a token so that it can stand in a row of tokens that wraps."""
    return visible_token(data, EXACT_LIMIT) + ("\n" if b"\n" in data else GAP)


def _decoded(data: bytes) -> list[str | bytes]:
    """Split into visible characters, and runs of bytes that are not UTF-8."""
    pieces: list[str | bytes] = []
    rest = data
    while rest:
        try:
            pieces.extend(map(_visible, rest.decode()))
            break
        except UnicodeDecodeError as error:
            pieces.extend(map(_visible, rest[: error.start].decode()))
            pieces.append(rest[error.start : error.end])
            rest = rest[error.end :]
    return pieces


def _visible(character: str) -> str:
    if character in VISIBLE:
        return VISIBLE[character]
    category = unicodedata.category(character)
    if category in UNSEEN or (category == "Zs" and character != " "):
        return f"⟨U+{ord(character):04X}⟩"
    return f"\u25cc{character}" if unicodedata.combining(character) else character
