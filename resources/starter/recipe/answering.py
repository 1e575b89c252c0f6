"""Ask a pair of files through the app's engine, greedily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from math import exp
from typing import TYPE_CHECKING

from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    ImagePart,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    SamplingOptions,
    TextPart,
    TokenStep,
)

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Said:
    """An answer: its text, and each token's text and probability."""

    text: str
    tokens: tuple[tuple[str, float], ...] = ()
    first: tuple[tuple[int, float], ...] = ()  # id and nats of the first token's candidates


Answer = Callable[..., Said]
"""Of a question and the pictures before it."""


def open_model(model: Path, projector: Path, threads: int) -> Answer:
    """Load the two files and return a function that answers a question about pictures."""
    engine = LocalEngine()
    options = LoadOptions(device="cpu", threads=threads)
    engine.load(ModelPair(str(model), str(projector)), options, lambda _progress: None)

    def answer(question: str, *pictures: Image.Image) -> Said:
        images = [ImagePart(engine.read_picture(png_of(picture)).image) for picture in pictures]
        request = Request(
            messages=(Message("user", (*images, TextPart(question))),),
            max_tokens=60,
            sampling=SamplingOptions(temperature=0.0),
            top_logprobs=MOST_CANDIDATES,
            transient=True,
        )
        return read_answer(list(engine.generate(request)))

    return answer


def read_answer(events: list[object]) -> Said:
    """Put an answer together from the engine's events."""
    steps = [event for event in events if isinstance(event, TokenStep)]
    text = "".join(getattr(event, "text", "") for event in events)
    tokens = tuple((step.bytes.decode("utf-8", "replace"), exp(step.logprob)) for step in steps)
    first = tuple((c.id, c.logprob) for c in steps[0].candidates) if steps else ()
    return Said(text, tokens, first)


def png_of(picture: Image.Image) -> bytes:
    """Store a picture without loss."""
    file = BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()
