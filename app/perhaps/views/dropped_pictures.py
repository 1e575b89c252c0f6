"""Pictures out of what is dropped or pasted; nothing is decoded here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData
from PySide6.QtGui import QImage

ENCODED = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Formats that go to the engine host as they are, best first."""


@dataclass(frozen=True)
class PictureSource:
    """A path, or the bytes of an encoded picture, with a name for it."""

    source: str | bytes
    name: str


def has_pictures(mime: QMimeData) -> bool:
    """Whether there is a local file or image data."""
    return bool(_local_paths(mime)) or _has_image(mime)


def pictures_in(mime: QMimeData) -> list[PictureSource]:
    """Give the local files, else the image data."""
    paths = _local_paths(mime)
    if paths:
        return [PictureSource(path, "") for path in paths]
    data = _encoded(mime)
    name = QCoreApplication.translate("Pictures", "Pasted picture")
    return [PictureSource(data, name)] if data else []


def _local_paths(mime: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def _has_image(mime: QMimeData) -> bool:
    return mime.hasImage() or any(mime.hasFormat(kind) for kind in ENCODED)


def _encoded(mime: QMimeData) -> bytes:
    """Give the bytes that were offered; the platform's own image goes as PNG."""
    for kind in ENCODED:
        data = mime.data(kind)
        if not data.isEmpty():
            return bytes(data.data())
    image = mime.imageData()
    return _png(image) if isinstance(image, QImage) and not image.isNull() else b""


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
