"""The sizes of the test models, and the tensors that each of them has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Queries and keys are this much larger than usual, so that attention is selective
# although nothing was learned, and greedy answers vary.
ATTENTION_GAIN = 1.6
# Standard deviation of the logits.
LOGIT_SPREAD = 3.0


@dataclass(frozen=True)
class Language:
    """A decoder of the llama architecture."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    ff_width: int
    vocabulary: int
    context: int
    encoding: str
    tied: bool

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclass(frozen=True)
class Vision:
    """A ViT without a class embedding, with a two-layer projector behind it."""

    width: int
    layers: int
    heads: int
    ff_width: int
    image_size: int
    patch_size: int
    feature_layer: int
    """How many layers run; without it llama.cpp leaves out the last one."""

    @property
    def image_tokens(self) -> int:
        return (self.image_size // self.patch_size) ** 2


@dataclass(frozen=True)
class Shape:
    """A language model and the vision encoder in front of it."""

    language: Language
    vision: Vision


@dataclass(frozen=True)
class Tensor:
    """One tensor to be drawn at random; `shape` in NumPy's order, rows first."""

    name: str
    shape: tuple[int, ...]
    encoding: str
    spread: float
    centre: float = 0.0
    quiet_rows: int = 0
    """How many of the last rows get `quiet_factor`."""
    quiet_factor: float = 1.0


SHAPES = {
    "tiny": Shape(
        Language(256, 4, 4, 2, 640, 4096, 4096, "F16", tied=True),
        Vision(192, 4, 3, 512, 160, 16, feature_layer=4),
    ),
    "0.5b": Shape(
        Language(896, 24, 14, 2, 4864, 151_936, 32_768, "Q4_0", tied=True),
        Vision(768, 12, 12, 3072, 224, 16, feature_layer=12),
    ),
    # TinyLlama-1.1B with CLIP ViT-L/14-336
    "1b": Shape(
        Language(2048, 22, 32, 4, 5632, 32_000, 2048, "Q4_0", tied=False),
        Vision(1024, 24, 16, 4096, 336, 14, feature_layer=23),
    ),
    # LLaVA-1.5-7B
    "7b": Shape(
        Language(4096, 32, 32, 32, 11_008, 32_000, 4096, "Q4_0", tied=False),
        Vision(1024, 24, 16, 4096, 336, 14, feature_layer=23),
    ),
}


def language_tensors(
    sizes: Language, control_tokens: int, control_scale: float
) -> Iterator[Tensor]:
    """Tensors of a text model, scaled so that activations keep their size."""
    d = sizes.width

    def embedding(name: str) -> Tensor:
        # Small against what the layers add, so that tied models do not repeat their input.
        shape = (sizes.vocabulary, d)
        spread = 1 / math.sqrt(d)
        return Tensor(name, shape, sizes.encoding, spread, 0.0, control_tokens, control_scale)

    yield embedding("token_embd.weight")
    for i in range(sizes.layers):
        yield from _decoder_layer(sizes, f"blk.{i}")
    yield Tensor("output_norm.weight", (d,), "F32", 0.0, LOGIT_SPREAD)
    if not sizes.tied:
        yield embedding("output.weight")


def _decoder_layer(sizes: Language, block: str) -> Iterator[Tensor]:
    d, kv_width = sizes.width, sizes.kv_heads * sizes.head_width

    def matrix(name: str, rows: int, columns: int, gain: float = 1.0) -> Tensor:
        spread = gain / math.sqrt(columns)
        return Tensor(f"{block}.{name}.weight", (rows, columns), sizes.encoding, spread)

    yield Tensor(f"{block}.attn_norm.weight", (d,), "F32", 0.0, 1.0)
    yield matrix("attn_q", d, d, ATTENTION_GAIN)
    yield matrix("attn_k", kv_width, d, ATTENTION_GAIN)
    yield matrix("attn_v", kv_width, d)
    yield matrix("attn_output", d, d)
    yield Tensor(f"{block}.ffn_norm.weight", (d,), "F32", 0.0, 1.0)
    yield matrix("ffn_gate", sizes.ff_width, d)
    yield matrix("ffn_up", sizes.ff_width, d)
    # 2: the gate swallows about half of what goes in
    yield matrix("ffn_down", d, sizes.ff_width, 2.0)


def vision_tensors(sizes: Vision, output_width: int) -> Iterator[Tensor]:
    """Tensors of a vision encoder and its projector."""
    d, patch = sizes.width, sizes.patch_size
    spread = 1 / math.sqrt(3 * patch * patch)
    yield Tensor("v.patch_embd.weight", (d, 3, patch, patch), "F16", spread)
    yield Tensor("v.patch_embd.bias", (d,), "F32", 0.1)
    yield Tensor("v.position_embd.weight", (sizes.image_tokens, d), "F32", 0.3)
    yield from _layer_norm("v.pre_ln", d)
    for i in range(sizes.layers):
        yield from _encoder_layer(sizes, f"v.blk.{i}")
    yield from _layer_norm("v.post_ln", d)
    yield from _linear("mm.0", output_width, d, 2.0)
    yield from _linear("mm.2", output_width, output_width)


def _encoder_layer(sizes: Vision, block: str) -> Iterator[Tensor]:
    d = sizes.width
    yield from _layer_norm(f"{block}.ln1", d)
    yield from _linear(f"{block}.attn_q", d, d, ATTENTION_GAIN)
    yield from _linear(f"{block}.attn_k", d, d, ATTENTION_GAIN)
    yield from _linear(f"{block}.attn_v", d, d)
    yield from _linear(f"{block}.attn_out", d, d)
    yield from _layer_norm(f"{block}.ln2", d)
    yield from _linear(f"{block}.ffn_up", sizes.ff_width, d)
    yield from _linear(f"{block}.ffn_down", d, sizes.ff_width, 2.0)


def _layer_norm(name: str, width: int) -> Iterator[Tensor]:
    yield Tensor(f"{name}.weight", (width,), "F32", 0.0, 1.0)
    yield Tensor(f"{name}.bias", (width,), "F32", 0.0)


def _linear(name: str, rows: int, columns: int, gain: float = 1.0) -> Iterator[Tensor]:
    yield Tensor(f"{name}.weight", (rows, columns), "F16", gain / math.sqrt(columns))
    yield Tensor(f"{name}.bias", (rows,), "F32", 0.02)
