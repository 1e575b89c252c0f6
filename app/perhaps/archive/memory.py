"""Pictures of an archive that has no folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from perhaps.archive.pictures import Thumbnail, scaled
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class PictureMemory:
    """Does what a PictureFolder does, until the program ends."""

    def __init__(self) -> None:
        self._originals: dict[str, bytes] = {}
        self._thumbnails: dict[str, Thumbnail] = {}

    def keep(self, data: bytes) -> str:
        """Remember a picture; gives its hash."""
        content = hashlib.sha256(data).hexdigest()
        self._originals[content] = data
        return content

    def holds(self, content: str) -> bool:
        """Tell whether a picture is there."""
        return content in self._originals

    def drop(self, content: str) -> None:
        """Forget a picture."""
        self._originals.pop(content, None)

    def read(self, content: str) -> bytes:
        """Give the original bytes; raises ArchiveError where they are not there."""
        if content not in self._originals:
            raise ArchiveError(f"The picture “{content}” is not there: add it again.")
        return self._originals[content]

    def keep_thumbnail(self, key: str, pixels: NDArray[np.uint8]) -> None:
        """Remember a thumbnail of prepared pixels."""
        if key not in self._thumbnails:
            self._thumbnails[key] = Thumbnail(scaled(pixels))

    def thumbnail(self, key: str) -> Thumbnail | None:
        """Give a thumbnail, where there is one."""
        return self._thumbnails.get(key)

    def sweep(self, contents: set[str], keys: set[str]) -> None:
        """Forget pictures that no message has any more."""
        self._originals = {name: self._originals[name] for name in contents & set(self._originals)}
        self._thumbnails = {name: self._thumbnails[name] for name in keys & set(self._thumbnails)}
