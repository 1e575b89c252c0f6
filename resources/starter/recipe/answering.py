"""Ask the shipped files: through the app's engine where it is built, else llama-cpp-python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

Answer = Callable[[str, Image.Image | None], str]


def open_model(model: Path, projector: Path, threads: int) -> Answer:
    """Load the two files and return a function that answers a question about a picture."""
    from recipe.llama_chat import LlamaChat, single_turn

    chat = LlamaChat(model, projector, threads)

    def answer(question: str, picture: Image.Image | None) -> str:
        return chat.answer(single_turn(question, picture))

    return answer
