"""Stage 2: untrusted bytes to a Pillow image, with the limits checked before decoding."""

from __future__ import annotations

import io
import logging
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from perhaps.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perhaps.imaging.source import EncodedPicture

MAX_PIXELS = 64_000_000
# The decoders of these hold further copies; so every kind stays below 512 MB. The
# largest phone pictures have 49 megapixels.
_MAX_PIXELS_OF = {"WEBP": 25_000_000, "HEIF": 50_000_000}
MAX_ASPECT = 64
# More than any camera or program writes. Each pass of a progressive JPEG goes over the
# whole picture, so a small file with many passes would take hours.
MAX_JPEG_SCANS = 50

# No other parser of Pillow ever sees the bytes.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF")
_FORMAT_NAMES = "PNG, JPEG, WebP, GIF, BMP, TIFF or HEIC"
_ORIENTATION = 0x0112  # of EXIF; 1 is upright

# The lasting changes to Pillow's global state: it learns HEIC, and it does not log what an
# ImageError says. An embedded thumbnail may show something else than the picture, so it is
# never used.
register_heif_opener(thumbnails=False)
logging.getLogger("PIL").setLevel(logging.CRITICAL)

# Warning filters belong to the process, so only one thread at a time may change them.
# This also bounds the memory: one large picture at a time.
_decoding = threading.Lock()


@dataclass(frozen=True)
class DecodedPicture:
    """A decoded picture as the file has it."""

    name: str
    image: Image.Image
    size: tuple[int, int]
    """Width and height in the file; `image` may already be smaller."""
    orientation: int
    """1 to 8, how EXIF says the picture must still be turned."""


@contextmanager
def decoded(encoded: EncodedPicture, draft_side: int = 2048) -> Iterator[DecodedPicture]:
    """Decode the first frame; a JPEG roughly to `draft_side`, never below it.

    What the body does with the pixels counts as decoding: whatever a broken picture
    makes Pillow raise there becomes an ImageError too.
    """
    _check_scans(encoded)
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Tiles of a TIFF can be larger than the picture that the header promises.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(encoded.data), formats=_FORMATS) as image:
                _check_shape(image, encoded.name)
                yield _load(encoded.name, image, draft_side)
        except ImageError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ImageError(
                f"“{encoded.name}” is too large: make it smaller than"
                f" {MAX_PIXELS // 10**6} megapixels."
            ) from error
        except UnidentifiedImageError as error:
            raise ImageError(_not_a_picture(encoded)) from error
        except Exception as error:
            # Pillow's parsers raise almost anything on damaged input: OSError, SyntaxError,
            # ValueError, struct.error, KeyError, EOFError, MemoryError …
            raise ImageError(
                f"“{encoded.name}” is damaged and cannot be decoded: save or copy it again."
            ) from error


def _load(name: str, image: Image.Image, draft_side: int) -> DecodedPicture:
    promised = image.size
    is_jpeg = image.format in ("JPEG", "MPO")
    if is_jpeg:
        scale = max(1, max(promised) // draft_side)
        image.draft(None, (promised[0] // scale, promised[1] // scale))
    image.load()
    # Only now: a HEIC may turn out to have another size, and Pillow itself turns a TIFF
    # while loading, and then forgets the tag.
    return DecodedPicture(name, image, promised if is_jpeg else image.size, _orientation(image))


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  broken EXIF is no reason to refuse the pixels
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _check_shape(image: Image.Image, name: str) -> None:
    width, height = image.size
    limit = _MAX_PIXELS_OF.get(image.format or "", MAX_PIXELS)
    if width < 1 or height < 1:
        raise ImageError(f"“{name}” has no pixels ({width} × {height}): choose another picture.")
    if width * height > limit:
        shape = f"“{name}” is too large ({width} × {height} pixels):"
        raise ImageError(f"{shape} make it smaller than {limit // 10**6} megapixels.")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(
            f"“{name}” is too thin to look at ({width} × {height}, the limit is"
            f" {MAX_ASPECT} : 1): crop it."
        )


def _check_scans(encoded: EncodedPicture) -> None:
    """Refuse a JPEG with more start-of-scan markers than pictures have."""
    is_jpeg = encoded.data.startswith(b"\xff\xd8\xff")
    if is_jpeg and encoded.data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise ImageError(
            f"“{encoded.name}” is a JPEG of more than {MAX_JPEG_SCANS} passes:"
            " save it as a plain JPEG or PNG."
        )


def _not_a_picture(encoded: EncodedPicture) -> str:
    if b"<svg" in encoded.data[:4096].lower():
        return f"“{encoded.name}” is a drawing (SVG) and has no pixels: export it as PNG."
    return f"“{encoded.name}” is not a picture of a known kind: choose {_FORMAT_NAMES}."
