"""Which parts of a picture an answer rests on: tiles, levels, and one map of them all.

A tile is covered, the same answer scored again, and the loss of log-probability noted. Grids of
different coarseness are laid over each other, as their lines fall in different places: a coarse
tile hides a whole object, a fine one tells where it is, and only both together tell which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Changes = NDArray[np.float64]

SIDES = (2, 3, 4, 5, 6, 8, 10, 12)
"""Tiles along each side of the picture, level by level."""
RASTER = 120
"""Cells of a map along each side; every level's tiles end between two of them."""


@dataclass(frozen=True)
class Tile:
    """One field of a grid over a picture."""

    side: int
    """Tiles of the grid along each side of the picture."""
    row: int
    """From the top, from 0."""
    column: int

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in a picture of that size; the last two are outside."""
        return (
            round(self.column * width / self.side),
            round(self.row * height / self.side),
            round((self.column + 1) * width / self.side),
            round((self.row + 1) * height / self.side),
        )

    def cells(self) -> tuple[slice, slice]:
        """Give its rows and columns in a map."""
        step = RASTER // self.side
        rows = slice(self.row * step, (self.row + 1) * step)
        return rows, slice(self.column * step, (self.column + 1) * step)


def level(side: int) -> tuple[Tile, ...]:
    """Give the tiles of a grid, row by row."""
    return tuple(Tile(side, row, column) for row in range(side) for column in range(side))


def next_side(done: int, tiles_scored: int, elapsed: float, budget: float) -> int | None:
    """Choose the next level: the one after `done`, where the time that is left allows it.

    `done` is the side of the last level, 0 before the first, which is always scored; times are
    in seconds. None where the map is as fine as it gets.
    """
    finer = [side for side in SIDES if side > done]
    if not finer or done == 0:
        return finer[0] if finer else None
    per_tile = elapsed / max(1, tiles_scored)
    return finer[0] if elapsed + finer[0] ** 2 * per_tile <= budget else None


class EvidenceMap:
    """What covering each tile did to the tokens of one answer; grows tile by tile."""

    def __init__(self, untouched: Sequence[float]) -> None:
        """Begin with the log-probabilities (nats) that the tokens have with the whole picture."""
        self.untouched = np.asarray(untouched, np.float64)
        self._losses: dict[Tile, Changes] = {}

    def __len__(self) -> int:
        return len(self._losses)

    def __contains__(self, tile: Tile) -> bool:
        return tile in self._losses

    @property
    def finest(self) -> int:
        """The side of the finest level that was begun; 0 for none."""
        return max((tile.side for tile in self._losses), default=0)

    def tiles(self) -> list[tuple[Tile, tuple[float, ...]]]:
        """Give each covered tile with what it took from each token, in the order of scoring."""
        return [(tile, tuple(map(float, losses))) for tile, losses in self._losses.items()]

    def add(self, tile: Tile, logprobs: Sequence[float]) -> None:
        """Note the log-probabilities of the same tokens with a tile covered."""
        self._losses[tile] = self.untouched - np.asarray(logprobs, np.float64)

    def losses(self, token: int | None = None) -> Changes:
        """Give the map, shape `[RASTER, RASTER]`, rows from the top, in nats.

        A cell holds the mean over the levels of what covering its tile took from the
        log-probability of the answer, or of one token of it. Above 0 the answer rests on what is
        there; below 0 it speaks against the answer; NaN where no tile was scored yet.
        """
        total = np.zeros((RASTER, RASTER))
        count = np.zeros((RASTER, RASTER))
        for tile, losses in self._losses.items():
            cells = tile.cells()
            total[cells] += losses.sum() if token is None else losses[token]
            count[cells] += 1
        with np.errstate(invalid="ignore"):
            return np.where(count > 0, total / count, np.nan)

    def loss_at(self, row: int, column: int, token: int | None = None) -> list[tuple[Tile, float]]:
        """Tell what each covered tile over a cell took, coarse ones first."""
        found = []
        for tile, losses in self._losses.items():
            rows, columns = tile.cells()
            if rows.start <= row < rows.stop and columns.start <= column < columns.stop:
                found.append((tile, float(losses.sum() if token is None else losses[token])))
        return sorted(found, key=lambda each: each[0].side)


def peak(losses: Changes) -> tuple[float, float]:
    """Give x and y, 0 to 1, of where a map is highest: the middle-most of its highest cells."""
    rows, columns = np.nonzero(losses >= np.nanmax(losses) - 1e-9)
    distance = (rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2
    middle = int(np.argmin(distance))
    return (float(columns[middle]) + 0.5) / RASTER, (float(rows[middle]) + 0.5) / RASTER
