"""Ask the shipped files: through the app's engine where it is installed, else llama-cpp-python."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

Answer = Callable[[str, Image.Image | None], str]


def open_model(model: Path, projector: Path, threads: int) -> Answer:
    """Load the two files and return a function that answers a question about a picture."""
    try:
        from perhaps.inference import local
    except ImportError:
        return open_with_bindings(model, projector, threads)
    return open_with_app(local.LocalEngine(), model, projector, threads)


def open_with_app(engine: object, model: Path, projector: Path, threads: int) -> Answer:
    """Ask as `perhaps ask` does: the picture as a PNG file's bytes, the app's prompt, greedy."""
    from perhaps.inference.protocol import (
        ImagePart,
        LoadOptions,
        Message,
        ModelPair,
        Request,
        SamplingOptions,
        TextPart,
    )

    options = LoadOptions(device="cpu", threads=threads)
    engine.load(ModelPair(str(model), str(projector)), options, lambda _progress: None)

    def answer(question: str, picture: Image.Image | None) -> str:
        parts: list[ImagePart | TextPart] = [TextPart(question)]
        if picture is not None:
            parts.insert(0, ImagePart(engine.read_picture(png_of(picture)).image))
        request = Request(
            messages=(Message("user", tuple(parts)),),
            max_tokens=60,
            sampling=SamplingOptions(temperature=0.0),
            top_logprobs=0,
        )
        return "".join(getattr(event, "text", "") for event in engine.generate(request))

    return answer


def open_with_bindings(model: Path, projector: Path, threads: int) -> Answer:
    """Ask through llama-cpp-python's low-level bindings."""
    from recipe.llama_chat import LlamaChat, single_turn

    chat = LlamaChat(model, projector, threads)

    def answer(question: str, picture: Image.Image | None) -> str:
        return chat.answer(single_turn(question, picture))

    return answer


def png_of(picture: Image.Image) -> bytes:
    """Store a picture without loss."""
    file = BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()
