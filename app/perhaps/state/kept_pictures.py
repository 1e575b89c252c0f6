"""Pictures of questions on their way to the archive, and back from it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.archive.records import KeptPicture
from perhaps.errors import ArchiveError
from perhaps.inference.protocol import ImagePixels
from perhaps.state.restored_picture import RestoredPicture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.archive.pictures import Thumbnail
    from perhaps.archive.store import Archive
    from perhaps.inference.protocol import Failure, Picture
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.engine_link import EngineLink
    from perhaps.state.turn import AskedPicture, NamedPicture


def keep_pictures(archive: Archive, pictures: Sequence[AskedPicture]) -> tuple[KeptPicture, ...]:
    """Put the files of pictures into the archive; for its thread. Raises ArchiveError."""
    return tuple(
        each.kept if isinstance(each, RestoredPicture) else _keep(archive, each)
        for each in pictures
    )


def _keep(archive: Archive, shown: NamedPicture) -> KeptPicture:
    image = shown.picture.image
    content = shown.copy.content
    if not content or not archive.pictures.holds(content):
        content = archive.pictures.keep(_original(shown))
    archive.pictures.keep_thumbnail(image.key, image.pixels)
    return KeptPicture(
        name=shown.name,
        content=content,
        pixels=image.key,
        width=image.width,
        height=image.height,
        source_width=image.source_size[0],
        source_height=image.source_size[1],
    )


def _original(shown: NamedPicture) -> bytes:
    """Give the bytes that were added; where the file is gone by now, what the model saw of it."""
    if isinstance(shown.source, bytes):
        return shown.source
    try:
        return Path(shown.source).read_bytes()
    except (OSError, ValueError):
        return _as_png(shown.picture.image)


def _as_png(image: ImagePixels) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image.pixels).save(file, "PNG")
    return file.getvalue()


class PictureFetcher(QObject):
    """Brings the pixels of restored pictures: small ones kept so, whole ones read by the engine."""

    lost = Signal(object)
    """`(RestoredPicture)`: its file is gone, or is another picture now."""

    changed = Signal()
    """A picture came or is lost."""

    def __init__(
        self, archive: ArchiveLink, link: EngineLink, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._link = link
        self._tickets: dict[int, RestoredPicture] = {}
        link.picture_read.connect(self._on_read)
        link.picture_refused.connect(self._on_refused)

    def serve(self, picture: RestoredPicture) -> None:
        """Answer what a picture asks for."""
        picture.small_wanted.connect(self._fetch_small)
        picture.pixels_wanted.connect(self._fetch_whole)

    def _fetch_small(self, picture: RestoredPicture) -> None:
        def take(found: Thumbnail | ArchiveError | None) -> None:
            if found is None or isinstance(found, ArchiveError):
                picture.ensure_pixels()
                return
            kept = picture.kept
            size = (kept.source_width, kept.source_height)
            picture.take_small(ImagePixels(found.pixels, "", size))

        self._archive.read(lambda archive: archive.pictures.thumbnail(picture.kept.pixels), take)

    def _fetch_whole(self, picture: RestoredPicture) -> None:
        def take(data: bytes | ArchiveError) -> None:
            if isinstance(data, ArchiveError):
                self._give_up(picture)
            else:
                self._tickets[self._link.read_picture(data)] = picture

        self._archive.read(lambda archive: archive.pictures.read(picture.kept.content), take)

    def _on_read(self, ticket: int, read: Picture) -> None:
        picture = self._tickets.pop(ticket, None)
        if picture is None:
            return
        # An imported picture was never prepared before.
        if picture.kept.pixels in ("", read.image.key):
            picture.take_picture(read)
            self.changed.emit()
        else:
            self._give_up(picture)

    def _on_refused(self, ticket: int, _failure: Failure) -> None:
        picture = self._tickets.pop(ticket, None)
        if picture is not None:
            self._give_up(picture)

    def _give_up(self, picture: RestoredPicture) -> None:
        picture.take_picture(None)
        self.lost.emit(picture)
        self.changed.emit()
