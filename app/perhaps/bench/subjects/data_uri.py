"""Questions → messages in the form that both peers take."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perhaps.bench.contract import Question


def messages(question: Question) -> list[dict[str, Any]]:
    """Give the messages of one question, the picture in front of the text."""
    content: Any = question.text
    if question.picture:
        encoded = base64.b64encode(Path(question.picture).read_bytes()).decode("ascii")
        picture = {"url": f"data:image/png;base64,{encoded}"}
        content = [
            {"type": "image_url", "image_url": picture},
            {"type": "text", "text": question.text},
        ]
    system = [{"role": "system", "content": question.system}] if question.system else []
    return [*system, {"role": "user", "content": content}]
