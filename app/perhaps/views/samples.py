"""The bundled pictures, each with a question."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A picture to try, and what to ask about it."""

    path: Path
    question: str


def load_samples(folder: Path) -> list[Sample]:
    """Read the list beside the pictures."""
    entries = json.loads((folder / "samples.json").read_text("utf-8"))
    return [Sample(folder / entry["picture"], entry["question"]) for entry in entries]
