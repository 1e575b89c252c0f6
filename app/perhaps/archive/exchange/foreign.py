"""What readers of other programs' files give: chats without ids of ours."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from perhaps.archive.records import LATEST_DATE, Role

MOST_PICTURE = 50 * 2**20


@dataclass
class ForeignMessage:
    """A message as another program kept it."""

    role: Role
    text: str
    parent: int | None
    """The index of the message before, in the list of its chat; None at the beginning."""
    created: int = 0
    """Milliseconds since 1970; 0 where unknown."""
    shown: bool = True
    """Whether it is the version that was shown."""
    model: str = ""
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    """Names and encoded bytes."""
    missing_pictures: int = 0
    """Pictures that the file only names."""


@dataclass
class ForeignChat:
    """A chat as another program kept it."""

    title: str
    created: int = 0
    pinned: bool = False
    messages: list[ForeignMessage] = field(default_factory=list)


def text_of(value: Any) -> str:
    """Give the words of a content: a string, or a list of parts of which some are text."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    parts = (part.get("text") for part in value if isinstance(part, dict))
    return "\n".join(part for part in parts if isinstance(part, str))


def data_uri_bytes(value: Any) -> bytes | None:
    """Decode a `data:…;base64,` address; None for anything else."""
    if not isinstance(value, str) or not value.startswith("data:"):
        return None
    head, _, body = value.partition(",")
    if not head.endswith(";base64") or len(body) > MOST_PICTURE * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


def number_of(value: Any) -> int:
    """Give a whole number as another program wrote it; 0 for what is none."""
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if usable and 0 <= value < 2**63 else 0


def date_of(value: Any) -> int:
    """Give a date in milliseconds, which others count in micro- or nanoseconds; 0 for none."""
    date = number_of(value)
    while date > LATEST_DATE:
        date //= 1000
    return date
