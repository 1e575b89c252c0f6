"""Small encoded pictures for the tests, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
# Four corners of four colours tell every orientation apart.
CORNERS = {"top left": RED, "top right": GREEN, "bottom left": BLUE, "bottom right": WHITE}


def encode(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corners(width: int = 32, height: int = 16) -> Image.Image:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = CORNERS["top left"]
    pixels[: height // 2, width // 2 :] = CORNERS["top right"]
    pixels[height // 2 :, : width // 2] = CORNERS["bottom left"]
    pixels[height // 2 :, width // 2 :] = CORNERS["bottom right"]
    return Image.fromarray(pixels)


def noise(width: int, height: int, channels: int = 3) -> Image.Image:
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, channels), np.uint8)
    return Image.fromarray(pixels)


def png_header(width: int, height: int, colour_type: int = 2, bits: int = 8) -> bytes:
    """A PNG that promises a size and holds no pixels."""
    return png([(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0))])


def png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [*chunks, (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    )
    return b"\x89PNG\r\n\x1a\n" + body


def raw_png(
    width: int, height: int, colour_type: int, bits: int, rows: bytes, transparent: bytes = b""
) -> bytes:
    """A PNG of these unfiltered rows, with its transparent colour where one is given."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    stride = len(rows) // height
    filtered = b"".join(
        b"\x00" + rows[start : start + stride] for start in range(0, len(rows), stride)
    )
    chunks = [(b"IHDR", header)]
    if transparent:
        chunks.append((b"tRNS", transparent))
    return png([*chunks, (b"IDAT", zlib.compress(filtered))])
