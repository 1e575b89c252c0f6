"""What a prompt is made of, in order, as the engine tokenises it."""

from __future__ import annotations

from dataclasses import dataclass

from perhaps.imaging.pixels import ImagePixels


@dataclass(frozen=True)
class TemplateText:
    """Text of the chat template: control tokens in it are control tokens."""

    text: str


@dataclass(frozen=True)
class UserText:
    """Text that somebody wrote: tokenised as plain words, whatever it says."""

    text: str


@dataclass(frozen=True)
class Picture:
    """A picture; the engine adds the model's own begin and end tokens around it."""

    image: ImagePixels


PromptPart = TemplateText | UserText | Picture
