"""A picture of a question that was asked in an earlier run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.archive.records import KeptPicture
    from perhaps.inference.protocol import ImagePixels, Picture

LARGEST_SIDE = 2**20
"""Pixels; what claims more is wrong."""
GUESSED_SIZE = (4, 3)


class RestoredPicture(QObject):
    """Its name and size are there at once; small and whole pixels when they are asked for."""

    changed = Signal()
    """Pixels came, or are lost."""
    small_wanted = Signal(QObject)
    pixels_wanted = Signal(QObject)

    def __init__(self, kept: KeptPicture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept = kept
        self.name = kept.name
        self.picture: Picture | None = None
        """What the model gets; None until it was read again."""
        self.lost = False
        """Whether its file is gone or is another picture now."""
        self._small: ImagePixels | None = None
        self._asked: set[str] = set()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the prepared pixels; a guess where nobody has prepared them yet."""
        if self.picture is not None:
            return self.picture.image.width, self.picture.image.height
        size = self.kept.width, self.kept.height
        return size if all(0 < side <= LARGEST_SIDE for side in size) else GUESSED_SIZE

    @property
    def small(self) -> ImagePixels | None:
        """Pixels for the chat; None until they came."""
        return self.picture.image if self.picture else self._small

    def ensure_small(self) -> None:
        """Ask once for small pixels; `changed` tells that they came."""
        self._ask("small", self.small_wanted.emit)

    def ensure_pixels(self) -> None:
        """Ask once for the picture itself; `changed` tells that it came or is lost."""
        self._ask("pixels", self.pixels_wanted.emit)

    def take_small(self, image: ImagePixels) -> None:
        """Take small pixels in."""
        self._small = image
        self.changed.emit()

    def take_picture(self, picture: Picture | None) -> None:
        """Take the picture in; None where it is lost."""
        self.picture = picture
        self.lost = picture is None
        self.changed.emit()

    @property
    def reading(self) -> bool:
        """Whether the picture itself was asked for and has not come yet."""
        return "pixels" in self._asked and self.picture is None and not self.lost

    def release(self) -> None:
        """Give the memory back; asking brings the pixels again."""
        self.picture = self._small = None
        self._asked.clear()

    def _ask(self, what: str, ask: Callable[[QObject], None]) -> None:
        if what not in self._asked:
            self._asked.add(what)
            ask(self)
