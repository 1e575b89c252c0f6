"""Output widths of projectors, by their type."""

from __future__ import annotations

from pathlib import Path

import pytest

from perhaps.library.gguf_metadata import GgufFile, TensorInfo
from perhaps.library.projector_width import missing_tensor, output_width, projector_type


def projector(values: dict, shapes: dict[str, tuple[int, ...]]) -> GgufFile:
    tensors = {name: TensorInfo(shape, "F16", 0) for name, shape in shapes.items()}
    return GgufFile(Path("p.gguf"), 0, values, {}, tensors)


# Shapes in ggml's order, the length of a row first, as in published files.
@pytest.mark.parametrize(
    ("kind", "shapes", "width"),
    [
        ("mlp", {"mm.0.weight": (1024, 4096), "mm.2.weight": (4096, 4096)}, 4096),
        ("mlp", {"mm.2.weight": (9, 9), "mm.3.weight": (64, 64), "mm.3.bias": (64,)}, 64),
        ("gemma3", {"mm.input_projection.weight": (2560, 1152)}, 2560),
        ("idefics3", {"mm.model.fc.weight": (12_288, 960)}, 960),
        ("qwen2.5vl_merger", {"mm.2.bias": (2048,)}, 2048),
        ("resampler", {"resampler.proj.weight": (3584, 3584)}, 3584),
        ("internvl", {"mm.model.mlp.3.weight": (896, 2048)}, 2048),
        ("brand_new", {"mm.2.weight": (64, 64)}, 0),
        ("mlp", {"mm.2.weight": (64,)}, 0),
    ],
)
def test_width_comes_from_the_last_tensor(kind, shapes, width):
    assert output_width(projector({"clip.projector_type": kind}, shapes)) == width


def test_projection_dim_of_old_converters_is_not_believed():
    values = {"clip.projector_type": "mlp", "clip.vision.projection_dim": 768}
    assert output_width(projector(values, {"mm.2.weight": (4096, 4096)})) == 4096


def test_type_of_a_projector_with_several_senses():
    values = {"clip.vision.projector_type": "gemma4v", "clip.audio.projector_type": "gemma4a"}
    assert projector_type(projector(values, {})) == "gemma4v"


def test_a_missing_tensor_is_named_only_for_known_types():
    assert missing_tensor(projector({"clip.projector_type": "mlp"}, {})) == "mm.2.weight"
    assert missing_tensor(projector({"clip.projector_type": "brand_new"}, {})) == ""
