"""Random weights, drawn tensor by tensor in the encoding that the file holds."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
from gguf import GGMLQuantizationType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.helpers.model_shapes import Tensor

BLOCK = 32  # weights in a block of Q4_0
BLOCK_BYTES = 18  # a half-precision scale and 32 nibbles
# A nibble n means n − 8 scales. Zero (−8) has no opposite, so it becomes 8 (nothing):
# a mean other than 0 would add up from layer to layer.
_NIBBLES = np.array([n or 8 for n in range(16)], np.uint8)
_BALANCED = (_NIBBLES[np.arange(256) >> 4] << 4) | _NIBBLES[np.arange(256) & 15]
_NIBBLE_SPREAD = float(np.sqrt(np.mean((_NIBBLES.astype(np.float64) - 8) ** 2)))

ENCODINGS = {
    "F32": GGMLQuantizationType.F32,
    "F16": GGMLQuantizationType.F16,
    "Q4_0": GGMLQuantizationType.Q4_0,
}


def stored_bytes(tensor: Tensor) -> int:
    """How many bytes the tensor takes in the file."""
    elements = int(np.prod(tensor.shape))
    if tensor.encoding == "Q4_0":
        return elements // BLOCK * BLOCK_BYTES
    return elements * np.dtype(_float_type(tensor)).itemsize


def draw(tensor: Tensor, seed: int) -> NDArray[np.generic]:
    """Draw the tensor; the same name and seed always give the same bytes."""
    generator = np.random.default_rng([seed, zlib.crc32(tensor.name.encode())])
    if tensor.encoding == "Q4_0":
        return _draw_blocks(tensor, generator)
    return _draw_floats(tensor, generator)


def _float_type(tensor: Tensor) -> type[np.floating]:
    return np.float16 if tensor.encoding == "F16" else np.float32


def _draw_floats(tensor: Tensor, generator: np.random.Generator) -> NDArray[np.generic]:
    if tensor.spread == 0:
        return np.full(tensor.shape, tensor.centre, _float_type(tensor))
    values = generator.standard_normal(tensor.shape, np.float32)
    values *= tensor.spread
    values += tensor.centre
    if tensor.quiet_rows:
        values[-tensor.quiet_rows :] *= tensor.quiet_factor
    return values.astype(_float_type(tensor))


def _draw_blocks(tensor: Tensor, generator: np.random.Generator) -> NDArray[np.generic]:
    rows, columns = tensor.shape
    blocks = np.empty((rows, columns // BLOCK, BLOCK_BYTES), np.uint8)
    scales = np.full(rows, tensor.spread / _NIBBLE_SPREAD, "<f2")
    if tensor.quiet_rows:
        scales[-tensor.quiet_rows :] *= np.float16(tensor.quiet_factor)
    blocks[..., :2] = scales.view(np.uint8).reshape(rows, 1, 2)
    nibbles = np.frombuffer(generator.bytes(rows * columns // 2), np.uint8)
    blocks[..., 2:] = _BALANCED[nibbles].reshape(rows, -1, BLOCK_BYTES - 2)
    return blocks
