"""The search for the parts of a picture that an answer rests on."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.errors import StoppedError
from perhaps.inference.protocol import ImagePart
from perhaps.probability.evidence import SIDES, EvidenceMap, level, next_side

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from perhaps.inference.protocol import Failure, ImagePixels, Request, Tile, TileScore
    from perhaps.state.answer import Answer
    from perhaps.state.engine_link import EngineLink

BUDGET = 15.0
"""Seconds after which no finer level is begun by itself."""
BLOCK = 64
"""Tokens that are scored together; a long answer is looked at block by block."""
MOST_KEPT = 16
"""Maps of earlier searches."""


class EvidenceSearch(QObject):
    """Covers a picture tile by tile, level by level, while the map grows; keeps what it found."""

    changed = Signal()

    def __init__(
        self,
        link: EngineLink,
        parent: QObject | None = None,
        *,
        budget: float = BUDGET,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._budget = budget
        self._clock = clock
        self._kept: OrderedDict[Hashable, EvidenceMap] = OrderedDict()
        self._request: Request | None = None
        self._key: Hashable = None
        self._run_id: int | None = None
        self._begun = 0.0
        self._scored = 0
        self.answer: Answer | None = None
        self.picture: ImagePixels | None = None
        self.token: int | None = None
        """The one that the map is of; None for all of the block."""
        self.side = 0
        """Of the level that is being done, or was last."""
        self.failure = ""
        """One sentence, where the search could not go on."""
        link.tile_scored.connect(self._on_tile_scored)
        link.score_failed.connect(self._on_failed)

    @property
    def running(self) -> bool:
        """Whether tiles are being covered."""
        return self._run_id is not None

    @property
    def found(self) -> EvidenceMap | None:
        """The map as far as it is known; None before the answer was scored."""
        return self._kept.get(self._key)

    @property
    def first(self) -> int:
        """The index of the first token of the block."""
        return (self.token or 0) // BLOCK * BLOCK

    @property
    def column(self) -> int | None:
        """The place of `token` in the map; None for all of the block."""
        return None if self.token is None else self.token - self.first

    @property
    def whole(self) -> bool:
        """Whether one block holds the answer."""
        return self.answer is not None and len(self.answer.steps) <= BLOCK

    @property
    def can_refine(self) -> bool:
        """Whether there is a finer level to go on to."""
        return self.answer is not None and not self.running and self._open_side() is not None

    def look(self, answer: Answer, request: Request) -> None:
        """Search for what an answer rests on; `request` holds the messages that it answered.

        The last picture of the conversation is covered.
        """
        self.stop()
        images = [part.image for message in request.messages for part in message.parts
                  if isinstance(part, ImagePart)]  # fmt: skip
        self.answer, self._request, self.token = answer, request, None
        self.picture = images[-1] if images else None
        self.failure = "" if images else self._no_picture()
        self._enter()

    def focus(self, token: int | None) -> None:
        """Show the map of one token, or of the whole answer; costs nothing within a block."""
        if self.answer is None or token == self.token:
            return
        before, self.token = self.first, token
        if self.first != before:
            self.stop()
            self._enter()
        self.changed.emit()

    def refine(self) -> None:
        """Go on from where the search ended, by one level at least."""
        if self.can_refine:
            self.failure = ""
            self._begun, self._scored = self._clock(), 0
            self._next_level(self._open_side())
            self.changed.emit()

    def stop(self) -> None:
        """End the search; what was found stays."""
        run_id, self._run_id = self._run_id, None
        if run_id is not None:
            self._link.stop(run_id)
            self.changed.emit()

    def close(self) -> None:
        """Look at no answer any more; what was found is still kept."""
        self.stop()
        self.answer = self.picture = self._request = self.token = None
        self._key, self.failure = None, ""
        self.changed.emit()

    def _no_picture(self) -> str:
        return self.tr("There is no picture in this conversation; ask about one.")

    def _enter(self) -> None:
        """Take up the map of the block, and search where nothing was found before."""
        self.side = 0
        if self.picture is None or self.answer is None or self._request is None:
            self._key = None
        else:
            span = self._ids()
            pair = self.answer.model.pair
            self._key = (pair, self._request.messages, self.picture.key, self.first, span)
            if (found := self.found) is not None:
                self._kept.move_to_end(self._key)
                self.side = found.finest
            elif span:
                self.refine()
        self.changed.emit()

    def _ids(self) -> tuple[int, ...]:
        """Give the tokens of the answer up to the end of the block."""
        assert self.answer is not None
        trace = self.answer.trace
        return tuple(trace.piece(i)[0] for i in range(min(len(trace), self.first + BLOCK)))

    def _open_side(self) -> int | None:
        """The first level that is not whole; None where every one is."""
        found = self.found
        if self.picture is None or (self.answer is not None and not self.answer.steps):
            return None
        return next((side for side in SIDES if found is None or _missing(found, side)), None)

    def _next_level(self, side: int | None) -> None:
        assert self.picture is not None
        assert self._request is not None
        if side is None:
            self._run_id = None
            return
        ids, found = self._ids(), self.found
        tiles: tuple[Tile | None, ...] = level(side) if found is None else _missing(found, side)
        asked = replace(
            self._request,
            kept_tokens=ids[: self.first],
            forced_tokens=ids[self.first :],
            forced_text="",
        )
        self.side = side
        whole = (None,) if found is None else ()
        self._run_id = self._link.cover(asked, self.picture.key, (*whole, *tiles))

    def _on_tile_scored(self, run_id: int, score: TileScore) -> None:
        if run_id != self._run_id:
            return
        if score.tile is None:
            self._keep(EvidenceMap(score.logprobs))
        elif (found := self.found) is not None:
            found.add(score.tile, score.logprobs)
            self._scored += 1
            if not _missing(found, self.side):
                elapsed = self._clock() - self._begun
                self._next_level(next_side(self.side, self._scored, elapsed, self._budget))
        self.changed.emit()

    def _keep(self, found: EvidenceMap) -> None:
        self._kept[self._key] = found
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _on_failed(self, run_id: int, failure: Failure) -> None:
        if run_id != self._run_id:
            return
        self._run_id = None
        if failure.kind != StoppedError.__name__:
            self.failure = failure.message
        self.changed.emit()


def _missing(found: EvidenceMap, side: int) -> tuple[Tile, ...]:
    return tuple(tile for tile in level(side) if tile not in found)
