"""NumPy columns that grow at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

FIRST_ROOM = 64
"""Values of a new column; the room doubles whenever it is full."""


class Column:
    """Values of one kind, in order; appending takes constant time on average."""

    def __init__(self, dtype: DTypeLike, values: ArrayLike = ()) -> None:
        self._room: NDArray[Any] = np.array(values, dtype)
        self._count = len(self._room)

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> NDArray[Any]:
        """What is there so far, without a copy and not to be written to.

        It stays as it is when the column grows.
        """
        shown = self._room[: self._count]
        shown.flags.writeable = False
        return shown

    def append(self, value: float) -> None:
        """Add one value."""
        self._make_room(1)
        self._room[self._count] = value
        self._count += 1

    def extend(self, values: list[int] | list[float]) -> None:
        """Add several values."""
        self._make_room(len(values))
        self._room[self._count : self._count + len(values)] = values
        self._count += len(values)

    def _make_room(self, more: int) -> None:
        needed = self._count + more
        if needed > len(self._room):
            grown = np.empty(max(needed, 2 * len(self._room), FIRST_ROOM), self._room.dtype)
            grown[: self._count] = self._room[: self._count]
            self._room = grown
