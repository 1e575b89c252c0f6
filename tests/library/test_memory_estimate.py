"""The memory estimate against figures that llama.cpp printed for the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from perhaps.library.gguf_metadata import GgufFile, TensorInfo
from perhaps.library.memory_estimate import kv_cache_bytes, memory_needed

MIB = 1 << 20


def model(values: dict, vocabulary: int = 1000, weights: int = 0) -> GgufFile:
    tensor = TensorInfo((values.get("a.embedding_length", 1), vocabulary), "F16", weights)
    values = {"general.architecture": "a", **values}
    return GgufFile(Path("m.gguf"), 0, values, {}, {"token_embd.weight": tensor})


# The test model 0.5b: 48.0 MiB of cache, 302.0 MiB of buffers, 265.1 MiB of weights.
HALF = {
    "a.block_count": 24,
    "a.embedding_length": 896,
    "a.feed_forward_length": 4864,
    "a.attention.head_count": 14,
    "a.attention.head_count_kv": 2,
}


def test_kv_cache_of_grouped_heads():
    assert kv_cache_bytes(model(HALF), 4096) == 48 * MIB


def test_everything_together_is_near_what_was_measured():
    needed = memory_needed(model(HALF, 151_936, 278_028_800), None, 4096)
    assert needed == pytest.approx((48.0 + 302.0 + 265.1) * MIB, rel=0.02)


def test_without_grouping_every_head_has_its_own_cache():
    values = {key: value for key, value in HALF.items() if not key.endswith("kv")}
    assert kv_cache_bytes(model(values), 4096) == 7 * 48 * MIB


def test_heads_of_each_layer_and_widths_of_their_own():
    values = {
        **HALF,
        "a.attention.head_count_kv": (2, 0, 4) + (0,) * 21,
        "a.attention.key_length": 192,
        "a.attention.value_length": 128,
    }
    assert kv_cache_bytes(model(values), 10) == 6 * (192 + 128) * 2 * 10


def test_memory_grows_with_the_context():
    file = model(HALF)
    assert memory_needed(file, None, 8192) - memory_needed(file, None, 4096) > 48 * MIB


def test_nothing_known_takes_no_cache():
    assert kv_cache_bytes(model({}), 4096) == 0
