"""Write a checkpoint as two GGUF files: `python -m recipe.export CHECKPOINT --out DIR`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Quantization
from torch import Tensor

from recipe.model import Sizes, StarterModel, load_model
from recipe.renderer import LETTERBOX, PATCH
from recipe.tokenizer import BEGIN, CHAT_TEMPLATE, CONTROLS, END

NAME = "Perhaps starter"
TOKENIZER = Path(__file__).parent.parent / "tokenizer.json"


def export(model: StarterModel, folder: Path, text_type: Quantization = Quantization.Q8_0) -> None:
    """Write `starter.gguf` (the decoder) and `starter-mmproj.gguf` (vision tower and projector)."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(model, folder / "starter.gguf", text_type)
    write_projector(model, folder / "starter-mmproj.gguf")


def write_text(model: StarterModel, path: Path, matrix_type: Quantization) -> None:
    """Write the decoder, its tokenizer and its chat template."""
    sizes = model.sizes
    writer = gguf.GGUFWriter(path, "llama")
    add_general(writer, matrix_type, "A tiny model that answers questions about simple pictures.")
    writer.add_context_length(sizes.context)
    writer.add_embedding_length(sizes.width)
    writer.add_block_count(sizes.layers)
    writer.add_feed_forward_length(sizes.feed_forward)
    writer.add_head_count(sizes.heads)
    writer.add_head_count_kv(sizes.heads)
    writer.add_rope_dimension_count(sizes.width // sizes.heads)
    writer.add_rope_freq_base(sizes.rope_base)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(sizes.vocabulary)
    add_tokenizer(writer, sizes)
    for name, tensor in text_tensors(model).items():
        add_tensor(writer, name, tensor, matrix_type)
    finish(writer)


def add_general(writer: gguf.GGUFWriter, matrix_type: Quantization, description: str) -> None:
    """Say what the file is."""
    writer.add_name(NAME)
    writer.add_description(description)
    writer.add_author("The Perhaps authors")
    writer.add_license("MIT")
    kinds = {
        Quantization.F16: gguf.LlamaFileType.MOSTLY_F16,
        Quantization.F32: gguf.LlamaFileType.ALL_F32,
    }
    writer.add_file_type(kinds.get(matrix_type, gguf.LlamaFileType.MOSTLY_Q8_0))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def add_tokenizer(writer: gguf.GGUFWriter, sizes: Sizes) -> None:
    """Write the byte-level BPE as llama.cpp's "gpt2" tokenizer."""
    bpe = json.loads(TOKENIZER.read_text())["model"]
    tokens = sorted(bpe["vocab"], key=bpe["vocab"].get)
    if len(tokens) != sizes.vocabulary:
        raise ValueError(f"{TOKENIZER} has {len(tokens)} tokens, the model {sizes.vocabulary}")
    kinds = [
        gguf.TokenType.CONTROL if token in CONTROLS else gguf.TokenType.NORMAL for token in tokens
    ]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in bpe["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def text_tensors(model: StarterModel) -> dict[str, Tensor]:
    """Name the decoder's tensors as llama.cpp does; the output matrix is tied."""
    tensors = {
        "token_embd.weight": model.token_embd.weight,
        "output_norm.weight": model.output_norm.weight,
    }
    for number, block in enumerate(model.blocks):
        prefix = f"blk.{number}."
        query, key, value = block.attn_qkv.weight.chunk(3)
        gate, up = block.ffn_gate_up.weight.chunk(2)
        tensors |= {
            prefix + "attn_norm.weight": block.attn_norm.weight,
            prefix + "attn_q.weight": query,
            prefix + "attn_k.weight": key,
            prefix + "attn_v.weight": value,
            prefix + "attn_output.weight": block.attn_output.weight,
            prefix + "ffn_norm.weight": block.ffn_norm.weight,
            prefix + "ffn_gate.weight": gate,
            prefix + "ffn_up.weight": up,
            prefix + "ffn_down.weight": block.ffn_down.weight,
        }
    return tensors


def write_projector(model: StarterModel, path: Path) -> None:
    """Write the vision tower and the projector; every layer must be run, hence `feature_layer`."""
    sizes = model.sizes
    writer = gguf.GGUFWriter(path, "clip")
    add_general(writer, Quantization.F16, "The vision tower and projector of the starter model.")
    writer.add_type("mmproj")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_vision_image_size(LETTERBOX)
    writer.add_vision_patch_size(PATCH)
    writer.add_vision_embedding_length(sizes.vision_width)
    writer.add_vision_feed_forward_length(sizes.vision_feed_forward)
    writer.add_vision_block_count(sizes.vision_layers)
    writer.add_vision_head_count(sizes.vision_heads)
    writer.add_vision_projection_dim(sizes.width)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    writer.add_vision_use_gelu(True)
    writer.add_array("clip.vision.feature_layer", [sizes.vision_layers])
    for name, tensor in vision_tensors(model).items():
        add_tensor(writer, name, tensor, Quantization.F16)
    finish(writer)


def vision_tensors(model: StarterModel) -> dict[str, Tensor]:
    """Name the tensors of the vision tower and projector as llama.cpp does."""
    vision = model.vision
    tensors = {
        "v.patch_embd.weight": vision.patch_embd.weight,
        "v.patch_embd.bias": vision.patch_embd.bias,
        "v.position_embd.weight": vision.position_embd,
    }
    layers = {"v.pre_ln": vision.pre_ln, "v.post_ln": vision.post_ln}
    layers |= {"mm.0": model.projector_up, "mm.2": model.projector_down}
    for number, block in enumerate(vision.blocks):
        prefix = f"v.blk.{number}."
        for part in ("ln1", "attn_out", "ln2", "ffn_up", "ffn_down"):
            layers[prefix + part] = getattr(block, part)
        weights, biases = block.attn_qkv.weight.chunk(3), block.attn_qkv.bias.chunk(3)
        for letter, weight, bias in zip("qkv", weights, biases, strict=True):
            tensors[f"{prefix}attn_{letter}.weight"] = weight
            tensors[f"{prefix}attn_{letter}.bias"] = bias
    for name, layer in layers.items():
        tensors |= {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}
    return tensors


def add_tensor(
    writer: gguf.GGUFWriter, name: str, tensor: Tensor, matrix_type: Quantization
) -> None:
    """Add a tensor: matrices in the wanted type, vectors and positions in float32."""
    values = tensor.detach().float().numpy()
    if values.ndim < 2 or "position_embd" in name:
        writer.add_tensor(name, np.ascontiguousarray(values))
        return
    packed = gguf.quants.quantize(np.ascontiguousarray(values), matrix_type)
    writer.add_tensor(name, packed, raw_dtype=matrix_type)


def finish(writer: gguf.GGUFWriter) -> None:
    """Write the file."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    """Export the averaged weights of a checkpoint (or the last ones, with `--raw`)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--text-type", choices=("F16", "Q8_0", "F32"), default="Q8_0")
    parser.add_argument("--raw", action="store_true")
    parser.add_argument("--temperature", type=float, default=1.0, help="divides all logits")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, weights_only=True)
    model = load_model(state["model" if options.raw else "average"])
    model.output_norm.weight.data /= options.temperature
    export(model, options.out, Quantization[options.text_type])


if __name__ == "__main__":
    main()
