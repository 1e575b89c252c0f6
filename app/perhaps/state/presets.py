"""Named settings for answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from perhaps.inference.protocol import SamplingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL = SamplingOptions()
LONGEST_NAME = 60
"""Characters."""


@dataclass(frozen=True)
class Preset:
    """How answers are written, under a name."""

    name: str
    temperature: float = USUAL.temperature
    top_k: int = USUAL.top_k
    top_p: float = USUAL.top_p
    min_p: float = USUAL.min_p
    max_tokens: int = 512
    system_prompt: str = ""


def write_presets(presets: Sequence[Preset]) -> str:
    """Give presets as JSON."""
    return msgspec.json.encode(presets).decode()


def read_presets(text: str) -> tuple[Preset, ...]:
    """Read presets by name; a file edited by hand may hold anything."""
    try:
        found = msgspec.json.decode(text, type=list[Preset])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return ()
    named = {preset.name: preset for preset in found if preset.name.strip()}
    return tuple(sorted(named.values(), key=lambda preset: preset.name.casefold()))
