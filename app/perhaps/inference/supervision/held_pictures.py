"""The pictures that the engine host holds, as far as the window knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.inference.pipe import commands
from perhaps.inference.pipe.pixel_block import pack_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.inference.protocol import Request


class HeldPictures:
    """Sends each picture once, before the first request that names it."""

    def __init__(self, send: commands.Send) -> None:
        self._send = send
        self._keys: set[str] = set()

    def note(self, key: str) -> None:
        """Remember that the host holds a picture."""
        self._keys.add(key)

    def give(self, request: Request) -> None:
        """Send what the host lacks of the pictures of a request."""
        for key, image in commands.pictures_of(request).items():
            if key not in self._keys:
                self._send(commands.GivePicture(pack_pixels(image)))
                self._keys.add(key)

    def forget(self, keys: Iterable[str]) -> None:
        """Remember that the host no longer holds these."""
        self._keys.difference_update(keys)

    def forget_all(self) -> None:
        """Remember that there is another host, which holds none."""
        self._keys.clear()
