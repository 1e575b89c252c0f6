"""The pictures that the host holds, so that a conversation sends each of them once."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.inference.protocol import ImagePixels

CAPACITY = 8
"""Pictures that stay between requests; about 100 MB of the largest ones."""


class PictureShelf:
    """Pictures by key, the least recently used ones forgotten."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._pictures: OrderedDict[str, ImagePixels] = OrderedDict()
        self._lock = Lock()

    def add(self, image: ImagePixels) -> None:
        """Hold a picture, at least until the next `take`."""
        with self._lock:
            self._pictures[image.key] = image
            self._pictures.move_to_end(image.key)

    def take(self, keys: Iterable[str]) -> dict[str, ImagePixels]:
        """Find those of `keys` that are held, then forget the oldest beyond the capacity."""
        with self._lock:
            found = {key: self._pictures[key] for key in keys if key in self._pictures}
            for key in found:
                self._pictures.move_to_end(key)
            while len(self._pictures) > self._capacity:
                self._pictures.popitem(last=False)
            return found
