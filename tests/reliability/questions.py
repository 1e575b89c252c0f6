"""What the harnesses ask: each question keeps the engine for a while in one stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.inference.protocol import (
    ImagePart,
    ImagePixels,
    Message,
    ModelPair,
    Request,
    SamplingOptions,
    TextPart,
)
from tests.helpers.model_maker import cached_pair

if TYPE_CHECKING:
    from random import Random

PICTURES = 4
"""In a question that is to be stopped while pictures are encoded."""
LONG_TEXT = 2500
"""Tokens at least, of a question that is to be stopped while text is read."""
GREEDY = SamplingOptions(temperature=0.0)


def pair_of(shape: str) -> ModelPair:
    model, projector = cached_pair(shape)
    return ModelPair(str(model), str(projector))


def ask(*parts: TextPart | ImagePart, max_tokens: int) -> Request:
    return Request((Message("user", parts),), max_tokens=max_tokens, sampling=GREEDY, seed=1)


def short_question() -> Request:
    """The one whose answer must always be the same."""
    return ask(TextPart("Which colour is the sky?"), max_tokens=8)


def long_answer(max_tokens: int = 1500) -> Request:
    return ask(TextPart("Tell me all that you know."), max_tokens=max_tokens)


def long_question(random: Random) -> Request:
    """Its words differ from the beginning on, so that no cache holds them."""
    words = (random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(LONG_TEXT // 2))
    return ask(TextPart(" ".join(words)), max_tokens=1500)


def question_with_pictures(
    random: Random, count: int = PICTURES, max_tokens: int = 1500
) -> Request:
    pictures = [ImagePart(noise(random)) for _ in range(count)]
    return ask(*pictures, TextPart("What is this?"), max_tokens=max_tokens)


def noise(random: Random, side: int = 64) -> ImagePixels:
    return ImagePixels.from_rgb(random.randbytes(side * side * 3), (side, side))
