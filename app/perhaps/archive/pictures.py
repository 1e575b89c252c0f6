"""Pictures as files named by the SHA-256 of their bytes, and thumbnails of their pixels."""

from __future__ import annotations

import errno
import hashlib
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from perhaps.archive.failures import as_sentences
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


THUMBNAIL_SIDE = 480
"""Pixels of the longer side: what a chat shows on a fine screen."""
_SIZE_BYTES = 4
_MOST_BYTES = 3 * THUMBNAIL_SIDE**2


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A small picture."""

    pixels: NDArray[np.uint8]
    """RGB, shape `[height, width, 3]`, read-only."""


class PictureFolder:
    """Keeps each picture once, however often it was asked about."""

    def __init__(self, root: Path) -> None:
        self._originals = root / "pictures"
        self._thumbnails = root / "thumbnails"

    def keep(self, data: bytes) -> str:
        """Write a picture that is not there yet; gives its hash. Raises ArchiveError."""
        content = hashlib.sha256(data).hexdigest()
        path = self.path(content)
        if not path.exists():
            write_whole(path, data)
        return content

    def path(self, content: str) -> Path:
        """Tell where a picture lies; raises ArchiveError for what is no hash."""
        return _place(self._originals, content)

    def holds(self, content: str) -> bool:
        """Tell whether a picture is there."""
        return self.path(content).is_file()

    def drop(self, content: str) -> None:
        """Remove a picture that nobody needs; raises ArchiveError."""
        path = self.path(content)
        with as_sentences(path):
            path.unlink(missing_ok=True)

    def read(self, content: str) -> bytes:
        """Give the original bytes; raises ArchiveError where they are lost or changed."""
        path = self.path(content)
        with as_sentences(path):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != content:
            raise ArchiveError(f"The kept picture “{path.name}” was changed: add it again.")
        return data

    def keep_thumbnail(self, key: str, pixels: NDArray[np.uint8]) -> None:
        """Write a thumbnail of prepared pixels, unless it is there."""
        path = _place(self._thumbnails, key)
        if not path.exists():
            small = scaled(pixels)
            height, width, _ = small.shape
            size = width.to_bytes(_SIZE_BYTES, "little") + height.to_bytes(_SIZE_BYTES, "little")
            write_whole(path, size + zlib.compress(small.tobytes(), 1))

    def thumbnail(self, key: str) -> Thumbnail | None:
        """Read a thumbnail; None where there is no whole one."""
        try:
            data = _place(self._thumbnails, key).read_bytes()
            width = int.from_bytes(data[:_SIZE_BYTES], "little")
            height = int.from_bytes(data[_SIZE_BYTES : 2 * _SIZE_BYTES], "little")
            raw = zlib.decompressobj().decompress(data[2 * _SIZE_BYTES :], _MOST_BYTES)
            return Thumbnail(np.frombuffer(raw, np.uint8).reshape(height, width, 3))
        except (OSError, ValueError, zlib.error):
            return None

    def sweep(self, contents: set[str], keys: set[str]) -> None:
        """Drop pictures that no message has any more, and thumbnails likewise."""
        _sweep(self._originals, contents)
        _sweep(self._thumbnails, keys)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either there and whole, on the disk, or absent."""
    with as_sentences(path):
        make_folder(path.parent)
        with replacing(path) as partial:
            partial.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place to write a file to, which takes the name of `path` once it is on the disk."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder, with those above it, so that a power cut leaves it there."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems take this for files only, and keep names at once.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def _place(root: Path, name: str) -> Path:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise ArchiveError(f"“{name[:80]}” is no name of a kept picture.")
    return root / name[:2] / name


def scaled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make pixels small enough for a thumbnail."""
    from PIL import Image

    # The pixels were decoded and bounded in the engine host; here they are only made smaller.
    image = Image.fromarray(np.asarray(pixels))
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return np.asarray(image)


def _sweep(root: Path, keep: Iterable[str]) -> None:
    wanted = set(keep)
    for path in root.glob("??/*"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)
