"""Values that the tests of state and views are made of."""

from __future__ import annotations

import hashlib
import math

import numpy as np

from perhaps.inference.protocol import (
    FinishReason,
    ImagePixels,
    ModelInfo,
    ModelPair,
    Picture,
    PictureCost,
    RunFinished,
    TokenCandidate,
    TokenStep,
)
from tests.helpers.scripts import model_info

PAIR = ModelPair("/models/starter.gguf", "/models/starter-mmproj.gguf")


def a_model(*, sees: bool = True) -> ModelInfo:
    return model_info(PAIR, sees=sees)


def a_picture(width: int = 40, height: int = 30, tokens: int = 100) -> Picture:
    pixels = np.full((height, width, 3), 200, np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels.flags.writeable = False
    key = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Picture(ImagePixels(pixels, key, (2 * width, 2 * height)), PictureCost(tokens, 1))


def a_step(text: str, probability: float, *, data: bytes | None = None, rank: int = 1) -> TokenStep:
    """A token with one rival that takes half of what is left."""
    rival = (1 - probability) / 2
    chosen = TokenCandidate(7, data or text.encode(), math.log(probability), 1.0)
    other = TokenCandidate(8, b" other", math.log(rival), 0.0)
    return TokenStep(
        id=7,
        bytes=data or text.encode(),
        text=text,
        logprob=math.log(probability),
        rank=rank,
        entropy=0.5,
        candidates=(chosen, other) if rank == 1 else (other, chosen),
        rest=1 - probability - rival,
        elapsed_us=5_000,
    )


def finished(reason: FinishReason = FinishReason.eos, **changes: object) -> RunFinished:
    return RunFinished(reason, **changes)  # type: ignore[arg-type]
