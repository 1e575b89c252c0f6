"""GGUF pairs with random weights: real to llama.cpp, meaningless to people.

`python -m tests.helpers.model_maker --shape tiny OUT_DIR` writes one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from gguf import GGUFWriter, LlamaFileType

from tests.helpers.model_shapes import (
    SHAPES,
    Language,
    Tensor,
    Vision,
    language_tensors,
    vision_tensors,
)
from tests.helpers.model_vocabulary import BOS, CHATML, CONTROL_TOKENS, EOS, make_vocabulary
from tests.helpers.random_weights import ENCODINGS, draw, stored_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

# Part of the folder name of cached pairs: raise it when the bytes of any pair change.
VERSION = 1
CACHE = Path(__file__).parents[2] / "build" / "test-models"


def make_pair(
    shape: str,
    out_dir: Path,
    *,
    seed: int = 0,
    projector: bool = True,
    projector_width: int | None = None,
    chat_template: str | None = CHATML,
    control_scale: float = 0.1,
) -> tuple[Path, Path | None]:
    """Write `SHAPE.gguf` and, unless it is unwanted, `SHAPE-mmproj.gguf`.

    `projector_width` other than the model's width makes a pair that does not fit.
    `control_scale` scales the embeddings of the control tokens: at 0.1 an answer never ends by
    itself, at 4 it ends soon.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    sizes = SHAPES[shape]
    model_path = out_dir / f"{shape}.gguf"
    _write_model(model_path, shape, sizes.language, seed, chat_template, control_scale)
    if not projector:
        return model_path, None
    projector_path = out_dir / f"{shape}-mmproj.gguf"
    width = projector_width or sizes.language.width
    _write_projector(projector_path, shape, sizes.vision, width, seed)
    return model_path, projector_path


def cached_pair(shape: str, cache: Path = CACHE) -> tuple[Path, Path]:
    """The pair of this shape, made on first use; several processes may ask at once."""
    folder = cache / f"{shape}-v{VERSION}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{shape}-", dir=cache))
        try:
            make_pair(shape, unfinished)
            _move_into_place(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder / f"{shape}.gguf", folder / f"{shape}-mmproj.gguf"


def _move_into_place(unfinished: Path, folder: Path) -> None:
    try:
        os.rename(unfinished, folder)  # noqa: PTH104 - refuses a full folder on every system
    except OSError:
        if not folder.is_dir():  # else another process was first, with the same bytes
            raise


def _write_model(
    path: Path,
    shape: str,
    sizes: Language,
    seed: int,
    chat_template: str | None,
    control_scale: float,
) -> None:
    writer = GGUFWriter(path, "llama")
    writer.add_name(f"Test model {shape}")
    writer.add_block_count(sizes.layers)
    writer.add_context_length(sizes.context)
    writer.add_embedding_length(sizes.width)
    writer.add_feed_forward_length(sizes.ff_width)
    writer.add_head_count(sizes.heads)
    writer.add_head_count_kv(sizes.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(sizes.head_width)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(sizes.vocabulary)
    writer.add_file_type(LlamaFileType[f"MOSTLY_{sizes.encoding}"])
    add_vocabulary(writer, sizes.vocabulary)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    _write_tensors(writer, language_tensors(sizes, len(CONTROL_TOKENS), control_scale), seed)


def add_vocabulary(writer: GGUFWriter, size: int) -> None:
    vocabulary = make_vocabulary(size)
    first_control = size - len(CONTROL_TOKENS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges)
    writer.add_bos_token_id(first_control + CONTROL_TOKENS.index(BOS))
    writer.add_eos_token_id(first_control + CONTROL_TOKENS.index(EOS))
    writer.add_add_bos_token(True)


def _write_projector(path: Path, shape: str, sizes: Vision, width: int, seed: int) -> None:
    writer = GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name(f"Test projector {shape}")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_vision_embedding_length(sizes.width)
    writer.add_vision_feed_forward_length(sizes.ff_width)
    writer.add_vision_block_count(sizes.layers)
    writer.add_vision_head_count(sizes.heads)
    writer.add_vision_projection_dim(width)
    writer.add_vision_image_size(sizes.image_size)
    writer.add_vision_patch_size(sizes.patch_size)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    writer.add_vision_use_gelu(True)
    writer.add_array("clip.vision.feature_layer", [sizes.feature_layer])
    _write_tensors(writer, vision_tensors(sizes, width), seed)


def _write_tensors(writer: GGUFWriter, tensors: Iterable[Tensor], seed: int) -> None:
    """Write the file with one tensor in memory at a time."""
    tensors = list(tensors)
    for tensor in tensors:
        kind = ENCODINGS[tensor.encoding]
        # The type of the array does not matter where the kind is given.
        writer.add_tensor_info(
            tensor.name, tensor.shape, np.dtype(np.float32), stored_bytes(tensor), kind
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor in tensors:
        writer.write_tensor_data(draw(tensor, seed))
    writer.close()


def main() -> None:
    """Write one pair where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("out_dir", type=Path)
    arguments = parser.parse_args()
    for path in make_pair(arguments.shape, arguments.out_dir, seed=arguments.seed):
        if path is not None:
            sys.stdout.write(f"{path}  {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
