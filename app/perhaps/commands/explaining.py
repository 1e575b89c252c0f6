"""Which parts of a picture an answer rests on, from the command line."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from perhaps.errors import BY_NAME, RequestError
from perhaps.imaging import ImagePixels
from perhaps.imaging.heat import tinted
from perhaps.inference.protocol import FinishReason, RunFinished, TokenStep
from perhaps.probability.evidence import EvidenceMap, level, next_side, peak

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import Request

OPACITY = 0.85


@dataclass(frozen=True)
class Explanation:
    """An answer, and what covering parts of its picture took from it."""

    picture: ImagePixels
    steps: tuple[TokenStep, ...]
    """Of the answer, with the whole picture."""
    evidence: EvidenceMap
    seconds: float

    @property
    def answer(self) -> str:
        """The words that were explained."""
        return b"".join(step.bytes for step in self.steps).decode("utf-8", "replace")

    def drawn(self) -> NDArray[np.uint8]:
        """Give the picture with the map over it, shape `[height, width, 3]`."""
        return tinted(self.picture.pixels, self.evidence.losses(), OPACITY)

    def peak(self) -> tuple[int, int]:
        """Give the pixel at which covering takes most."""
        x, y = peak(self.evidence.losses())
        return int(x * self.picture.width), int(y * self.picture.height)


def explain(
    engine: LocalEngine,
    request: Request,
    picture: ImagePixels,
    answer: str | None,
    budget: float,
    on_tile: Callable[[int, int], None],
) -> Explanation:
    """Search for at most about `budget` seconds, but one level at least.

    Without an answer, the likeliest one of the model is explained. `on_tile` hears how many tiles
    were covered and how many there are on each side of the level that is being done.
    """
    steps = _given(engine, request, answer) if answer is not None else _own(engine, request)
    forced = replace(request, forced_tokens=tuple(step.id for step in steps))
    begun = time.monotonic()
    (whole,) = engine.cover(forced, picture.key, (None,))
    found = EvidenceMap(whole.logprobs)
    while True:
        side = next_side(found.finest, len(found), time.monotonic() - begun, budget)
        if side is None:
            break
        for score in engine.cover(forced, picture.key, level(side)):
            assert score.tile is not None
            found.add(score.tile, score.logprobs)
            on_tile(len(found), side)
    return Explanation(picture, steps, found, time.monotonic() - begun)


def _given(engine: LocalEngine, request: Request, answer: str) -> tuple[TokenStep, ...]:
    """Where an answer begins with a space depends on the template: take the likelier spelling."""
    if not answer.strip():
        raise RequestError("The answer to explain is empty; give it some text.")
    answer = answer.strip()
    scores = engine.score(replace(request, top_logprobs=1), (answer, f" {answer}"))
    return max(scores, key=lambda score: score.logprob).tokens


def _own(engine: LocalEngine, request: Request) -> tuple[TokenStep, ...]:
    *events, finished = engine.generate(replace(request, top_logprobs=1))
    assert isinstance(finished, RunFinished)
    if finished.reason is FinishReason.failed:
        raise BY_NAME[finished.error_kind](finished.error)
    return tuple(event for event in events if isinstance(event, TokenStep))


def explanation_to_json(explanation: Explanation) -> dict[str, Any]:
    """Give an object that JSON can hold; losses in nats, boxes in pixels of the picture."""
    picture = explanation.picture
    x, y = explanation.peak()
    return {
        "answer": explanation.answer,
        "tokens": [_token_to_json(step) for step in explanation.steps],
        "picture": {"width": picture.width, "height": picture.height},
        "peak": {"x": x, "y": y},
        "tiles": [
            {
                "side": tile.side,
                "row": tile.row,
                "column": tile.column,
                "box": list(tile.box(picture.width, picture.height)),
                "loss": float(sum(losses)),
                "token_losses": list(losses),
            }
            for tile, losses in explanation.evidence.tiles()
        ],
        "seconds": explanation.seconds,
    }


def _token_to_json(step: TokenStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "text": step.bytes.decode("utf-8", "replace"),
        "bytes": list(step.bytes),
        "logprob": step.logprob,
    }


def summary(explanation: Explanation) -> Sequence[str]:
    """Say in a few lines what was found."""
    losses = explanation.evidence.losses()
    x, y = explanation.peak()
    total = float(explanation.evidence.untouched.sum())
    return (
        f"{explanation.answer.strip()}  (log-probability {total:.2f})",
        f"It rests most on what is around x {x}, y {y}: covering that takes "
        f"{losses.max():.2f} nats.",
        f"{len(explanation.evidence)} parts were covered in {explanation.seconds:.1f} s.",
    )
