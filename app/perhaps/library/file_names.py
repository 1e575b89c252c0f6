"""Names that come from files, made fit to be shown to a person."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_SHOWN = 80


def shown(text: str) -> str:
    """The text on one line, without control and direction marks, and not too long."""
    # Categories C*: control, format (such as right-to-left override), lone surrogates.
    visible = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter)[0] == "C" else letter
        for letter in text[: LONGEST_SHOWN + 1]
    )
    line = " ".join(visible.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def file_name(path: Path) -> str:
    """The last part of a path, made fit to be shown."""
    return shown(path.name) or shown(str(path))
