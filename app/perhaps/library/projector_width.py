"""The width of the embeddings that a projector hands to the language model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perhaps.library.gguf_metadata import GgufFile

# Which dimension of which tensor is the output's width, by projector type, as
# clip_n_mmproj_embd() of llama.cpp reads it. The key clip.vision.projection_dim is no
# help: older converters wrote CLIP's own width there.
_WIDTH_TENSOR: dict[str, tuple[str, int]] = {
    "adapter": ("adapter.linear.dense_4h_to_h.weight", 1),
    "exaone4_5": ("mm.2.bias", 0),
    "gemma3": ("mm.input_projection.weight", 0),
    "gemma3nv": ("mm.input_projection.weight", 0),
    "gemma4uv": ("mm.input_projection.weight", 1),
    "gemma4v": ("mm.input_projection.weight", 1),
    "internvl": ("mm.model.mlp.3.weight", 1),
    "janus_pro": ("mm.1.bias", 0),
    "ldp": ("mm.model.mb_block.1.block.2.1.bias", 0),
    "ldpv2": ("mm.model.peg.0.bias", 0),
    "ling3vl": ("mm.2.bias", 0),
    "minimax_m3": ("mm.merger.fc2.bias", 0),
    "nemotron_v2_vl": ("mm.model.mlp.3.weight", 1),
    "qwen2.5o": ("mm.2.bias", 0),
    "qwen2.5vl_merger": ("mm.2.bias", 0),
    "qwen2vl_merger": ("mm.2.bias", 0),
    "qwen3vl_merger": ("mm.2.bias", 0),
    "resampler": ("resampler.proj.weight", 0),
    "youtuvl": ("mm.2.bias", 0),
    **dict.fromkeys(("cogvlm", "glm4v", "glm5v", "minicpmv4_6"), ("mm.down.weight", 1)),
    **dict.fromkeys(
        ("deepseekocr", "deepseekocr2", "hunyuanvl", "idefics3", "llama4", "step3vl"),
        ("mm.model.fc.weight", 1),
    ),
    **dict.fromkeys(
        (
            *("deepseek4v", "dots3note_v", "dots_ocr", "kimik25", "kimivl", "lfm2", "lightonocr"),
            *("mimovl", "mlp", "muse-glimmer", "paddleocr", "phi4", "pixtral", "yasa2"),
        ),
        ("mm.2.weight", 1),
    ),
}


def projector_type(file: GgufFile) -> str:
    """The type of a projector of pictures, such as `mlp`."""
    return file.text("clip.projector_type") or file.text("clip.vision.projector_type")


def output_width(file: GgufFile) -> int:
    """Elements of one image token; 0 where the type is unknown or its tensor is missing."""
    name, dimension = _width_tensor(file)
    tensor = file.tensors.get(name)
    if tensor is None or dimension >= len(tensor.shape):
        return 0
    return tensor.shape[dimension] * (1 + _deepstack_layers(file))


def missing_tensor(file: GgufFile) -> str:
    """The tensor that a projector of this type cannot do without, if it is missing."""
    name, _ = _width_tensor(file)
    return name if name and name not in file.tensors else ""


def _width_tensor(file: GgufFile) -> tuple[str, int]:
    kind = projector_type(file)
    if kind == "mlp" and "mm.3.weight" in file.tensors:  # Yi-VL: with normalisation
        return "mm.3.bias", 0
    return _WIDTH_TENSOR.get(kind, ("", 0))


def _deepstack_layers(file: GgufFile) -> int:
    """Layers whose features are appended to each image token (Qwen3-VL)."""
    if projector_type(file) != "qwen3vl_merger":
        return 0
    starts, ends = "v.deepstack.", ".fc1.weight"
    return sum(name.startswith(starts) and name.endswith(ends) for name in file.tensors)
