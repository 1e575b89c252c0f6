"""What an answer loses where parts of a picture are covered, by the engine in this process."""

from __future__ import annotations

from collections import deque
from threading import Event
from typing import TYPE_CHECKING

from perhaps.errors import RequestError, StoppedError
from perhaps.imaging.occlude import cover, mean_colour
from perhaps.inference.protocol import ImagePart, TileScore
from perhaps.inference.scoring import forced_steps, require_whole
from perhaps.prompting import Picture as PromptPicture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from perhaps import _engine
    from perhaps.imaging.pixels import ImagePixels
    from perhaps.inference.protocol import Request
    from perhaps.probability.evidence import Tile
    from perhaps.prompting import PromptPart

MOST_AT_ONCE = 8
"""Covered pictures that wait in the engine: they fill its batches, and a stop drops them."""
CONTEXT_SHARE = 0.5
"""That they may fill, so that a question asked meanwhile finds room."""


class LocalCovering:
    """Covers tile after tile and scores the same answer, several pictures at a time."""

    def __init__(
        self,
        submit: Callable[[Sequence[PromptPart]], _engine.Run],
        prompt: tuple[PromptPart, ...],
        picture: ImagePixels,
        tiles: tuple[Tile | None, ...],
        context_size: int,
    ) -> None:
        self._submit = submit
        self._prompt = prompt
        self._picture = picture
        self._colour = mean_colour(picture)
        self._tiles = tiles
        self._context_size = context_size
        self._at_once = 1
        self._runs: deque[tuple[Tile | None, _engine.Run]] = deque()
        self._stopped = Event()

    def __iter__(self) -> Iterator[TileScore]:
        waiting = deque(self._tiles)
        try:
            while waiting or self._runs:
                while waiting and len(self._runs) < self._at_once:
                    self._begin(waiting.popleft())
                yield self._next()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""
        self._stopped.set()
        for _, run in list(self._runs):
            run.stop()

    def _begin(self, tile: Tile | None) -> None:
        if self._stopped.is_set():
            raise StoppedError("The search was stopped.")
        run = self._submit(self._covered_prompt(tile))
        self._runs.append((tile, run))
        if self._stopped.is_set():
            run.stop()

    def _next(self) -> TileScore:
        tile, run = self._runs[0]
        steps, finished = forced_steps(run)
        require_whole(finished)
        self._runs.popleft()
        cells = finished.usage.prompt_tokens + len(steps)
        room = int(self._context_size * CONTEXT_SHARE) // max(1, cells)
        self._at_once = max(1, min(MOST_AT_ONCE, room))
        return TileScore(tile, tuple(step.logprob or 0.0 for step in steps))

    def _covered_prompt(self, tile: Tile | None) -> tuple[PromptPart, ...]:
        if tile is None:
            return self._prompt
        box = tile.box(self._picture.width, self._picture.height)
        covered = PromptPicture(cover(self._picture, box, self._colour))
        return tuple(covered if self._shows(part) else part for part in self._prompt)

    def _shows(self, part: PromptPart) -> bool:
        return isinstance(part, PromptPicture) and part.image == self._picture


def picture_to_cover(request: Request, key: str) -> ImagePixels:
    """Find a picture of a request; raises RequestError where there is none to cover."""
    parts = [part for message in request.messages for part in message.parts]
    images = [part.image for part in parts if isinstance(part, ImagePart)]
    for image in images:
        if image.key == key:
            return image
    if images:
        raise RequestError("This picture is not in the conversation; choose one that is.")
    raise RequestError(
        "There is no picture in this conversation, so nothing can be covered; ask about one."
    )
