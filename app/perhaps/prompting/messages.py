"""What a conversation is made of, before any template is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perhaps.imaging.pixels import ImagePixels

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class TextPart:
    """Words, never read as control tokens whatever they say."""

    text: str


@dataclass(frozen=True)
class ImagePart:
    """A picture."""

    image: ImagePixels


Part = TextPart | ImagePart


@dataclass(frozen=True)
class Message:
    """One turn; pictures are put first in it when the prompt is made."""

    role: Role
    parts: tuple[Part, ...]
