"""Tiny pairs of families whose caches obey other rules than those of the plain test models.

`mrope` (as Qwen2-VL): a picture takes more cells than positions.
`sliding` (as Gemma 3): most layers look back over a few tokens only, and a picture is read at
once, each of its tokens seeing all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from gguf import GGUFWriter

from tests.helpers.model_maker import add_vocabulary
from tests.helpers.model_vocabulary import CHATML

if TYPE_CHECKING:
    from pathlib import Path

Tensors = dict[str, np.ndarray]

WIDTH, HEADS, KV_HEADS, HEAD, FF, VOCABULARY = 128, 4, 2, 32, 256, 4096
EYE_WIDTH, EYE_HEADS, EYE_FF, EYE_LAYERS, PATCH, SIDE = 64, 2, 128, 2, 8, 64
WINDOW = 24
"""Tokens that a sliding layer sees; fewer than a picture and a question take."""
LAYERS = {"qwen2vl": 2, "gemma3": 6}


class Dice:
    """Weights that keep the size of what passes through them."""

    def __init__(self) -> None:
        self._generator = np.random.default_rng(0)

    def matrix(self, rows: int, *columns: int) -> np.ndarray:
        spread = 1.5 * np.prod(columns) ** -0.5
        return self._generator.normal(0, spread, (rows, *columns)).astype(np.float32)


def make_family(family: str, folder: Path) -> tuple[Path, Path]:
    """Write `model.gguf` and `mmproj.gguf` of `mrope` or `sliding`."""
    model, projector = folder / "model.gguf", folder / "mmproj.gguf"
    architecture = {"mrope": "qwen2vl", "sliding": "gemma3"}[family]
    _write_language(model, architecture)
    _write_eye(projector, architecture)
    return model, projector


def _write_language(path: Path, architecture: str) -> None:
    writer = GGUFWriter(path, architecture)
    writer.add_name(f"Test model {architecture}")
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS[architecture])
    writer.add_feed_forward_length(FF)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HEAD)
    writer.add_vocab_size(VOCABULARY)
    if architecture == "qwen2vl":
        writer.add_rope_dimension_sections([4, 6, 6, 0])
    else:
        writer.add_sliding_window(WINDOW)
    writer.add_chat_template(CHATML)
    add_vocabulary(writer, VOCABULARY)
    _finish(writer, _language_tensors(architecture))


def _language_tensors(architecture: str) -> Tensors:
    dice = Dice()
    tensors: Tensors = {
        "token_embd.weight": dice.matrix(VOCABULARY, WIDTH),
        "output_norm.weight": np.full(WIDTH, 3.0),
    }
    for layer in range(LAYERS[architecture]):
        block = f"blk.{layer}"
        tensors |= {
            f"{block}.attn_norm.weight": np.ones(WIDTH),
            f"{block}.attn_q.weight": dice.matrix(HEADS * HEAD, WIDTH),
            f"{block}.attn_k.weight": dice.matrix(KV_HEADS * HEAD, WIDTH),
            f"{block}.attn_v.weight": dice.matrix(KV_HEADS * HEAD, WIDTH),
            f"{block}.attn_output.weight": dice.matrix(WIDTH, HEADS * HEAD),
            f"{block}.ffn_norm.weight": np.ones(WIDTH),
            f"{block}.ffn_gate.weight": dice.matrix(FF, WIDTH),
            f"{block}.ffn_up.weight": dice.matrix(FF, WIDTH),
            f"{block}.ffn_down.weight": dice.matrix(WIDTH, FF),
        }
        if architecture == "gemma3":
            tensors |= {
                f"{block}.attn_q_norm.weight": np.ones(HEAD),
                f"{block}.attn_k_norm.weight": np.ones(HEAD),
                f"{block}.post_attention_norm.weight": np.ones(WIDTH),
                f"{block}.post_ffw_norm.weight": np.ones(WIDTH),
            }
    return tensors


def _write_eye(path: Path, architecture: str) -> None:
    writer = GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name(f"Test projector {architecture}")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("qwen2vl_merger" if architecture == "qwen2vl" else "gemma3")
    writer.add_vision_embedding_length(EYE_WIDTH)
    writer.add_vision_feed_forward_length(EYE_FF)
    writer.add_vision_block_count(EYE_LAYERS)
    writer.add_vision_head_count(EYE_HEADS)
    writer.add_vision_projection_dim(WIDTH)
    writer.add_vision_image_size(SIDE)
    writer.add_vision_patch_size(PATCH)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    writer.add_vision_use_gelu(True)
    if architecture == "gemma3":
        writer.add_vision_projector_scale_factor(2)
    _finish(writer, _eye_tensors(architecture))


def _eye_tensors(architecture: str) -> Tensors:
    dice = Dice()
    patches = (EYE_WIDTH, 3, PATCH, PATCH)
    tensors: Tensors = {"v.patch_embd.weight": dice.matrix(*patches)}
    for layer in range(EYE_LAYERS):
        block = f"v.blk.{layer}"
        tensors |= _norm(f"{block}.ln1") | _norm(f"{block}.ln2")
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            tensors |= _linear(dice, f"{block}.{name}", EYE_WIDTH, EYE_WIDTH)
        tensors |= _linear(dice, f"{block}.ffn_up", EYE_FF, EYE_WIDTH)
        tensors |= _linear(dice, f"{block}.ffn_down", EYE_WIDTH, EYE_FF)
    tensors |= _norm("v.post_ln")
    if architecture == "qwen2vl":
        # Two frames of a film, of which a picture is both; four patches become one token.
        merged = 4 * EYE_WIDTH
        tensors["v.patch_embd.weight.1"] = dice.matrix(*patches)
        return (
            tensors | _linear(dice, "mm.0", merged, merged) | _linear(dice, "mm.2", WIDTH, merged)
        )
    return tensors | {
        "v.patch_embd.bias": np.zeros(EYE_WIDTH),
        "v.position_embd.weight": dice.matrix((SIDE // PATCH) ** 2, EYE_WIDTH),
        "mm.input_projection.weight": dice.matrix(EYE_WIDTH, WIDTH),
        "mm.soft_emb_norm.weight": np.ones(EYE_WIDTH),
    }


def _norm(name: str) -> Tensors:
    return {f"{name}.weight": np.ones(EYE_WIDTH), f"{name}.bias": np.zeros(EYE_WIDTH)}


def _linear(dice: Dice, name: str, rows: int, columns: int) -> Tensors:
    return {f"{name}.weight": dice.matrix(rows, columns), f"{name}.bias": np.zeros(rows)}


def _finish(writer: GGUFWriter, tensors: Tensors) -> None:
    for name, values in tensors.items():
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
