"""A tiny Mamba model with random weights: its state cannot be cut back or shared in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from gguf import GGUFWriter

from tests.helpers.model_maker import add_vocabulary
from tests.helpers.model_vocabulary import CHATML

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, LAYERS, VOCABULARY = 64, 2, 4096
INNER, STATE, RANK, KERNEL = 2 * WIDTH, 8, 4, 4


def make_recurrent_model(path: Path) -> Path:
    """Write it; llama.cpp names the tensors in src/models/mamba.cpp."""
    writer = GGUFWriter(path, "mamba")
    writer.add_name("Test model mamba")
    writer.add_context_length(1024)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_ssm_conv_kernel(KERNEL)
    writer.add_ssm_inner_size(INNER)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(RANK)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_chat_template(CHATML)
    add_vocabulary(writer, VOCABULARY)
    for name, values in _tensors(np.random.default_rng(0)).items():
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _tensors(generator: np.random.Generator) -> dict[str, np.ndarray]:
    def normal(*shape: int) -> np.ndarray:
        return generator.normal(0, shape[-1] ** -0.5, shape)

    tensors = {
        "token_embd.weight": normal(VOCABULARY, WIDTH) * 8,
        "output_norm.weight": np.ones(WIDTH),
    }
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        tensors |= {
            f"{block}.attn_norm.weight": np.ones(WIDTH),
            f"{block}.ssm_in.weight": normal(2 * INNER, WIDTH),
            f"{block}.ssm_conv1d.weight": normal(INNER, KERNEL),
            f"{block}.ssm_conv1d.bias": np.zeros(INNER),
            f"{block}.ssm_x.weight": normal(RANK + 2 * STATE, INNER),
            f"{block}.ssm_dt.weight": normal(INNER, RANK),
            f"{block}.ssm_dt.bias": np.zeros(INNER),
            f"{block}.ssm_a": -np.ones((INNER, STATE)),
            f"{block}.ssm_d": np.ones(INNER),
            f"{block}.ssm_out.weight": normal(WIDTH, INNER),
        }
    return tensors
