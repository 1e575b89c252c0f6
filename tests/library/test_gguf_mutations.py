"""Damaged files end in one sentence, never in another exception and never late."""

from __future__ import annotations

import contextlib
import os
import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perhaps.errors import ModelError
from perhaps.library.gguf_cursor import GgufCursor
from perhaps.library.gguf_file import read_gguf
from perhaps.library.gguf_parser import GgufParser
from perhaps.library.pair_doctor import check_pair
from tests.helpers import gguf_bytes as g
from tests.helpers.model_maker import cached_pair

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 1.0


@pytest.fixture(scope="module", params=[0, 1], ids=["model", "projector"])
def original(request) -> Path:
    return cached_pair("tiny")[request.param]


@pytest.fixture(scope="module")
def metadata(original) -> bytes:
    """Everything before the tensor data."""
    with original.open("rb") as file:
        cursor = GgufCursor(file, original.stat().st_size, original.name)
        GgufParser(cursor).parse(original)
        file.seek(0)
        return file.read(cursor.position)


def judge(path: Path, model: Path, projector: Path) -> None:
    """Read and judge a damaged file in time; whatever else is raised fails the test."""
    started = time.process_time()
    with contextlib.suppress(ModelError):
        read_gguf(path)
    report = check_pair(model, projector, context_size=0, memory_free=8 << 30, device="CPU")
    assert time.process_time() - started < SECONDS
    assert report.ok == (not report.problems)
    for sentence in (report.summary, *report.problems, *report.notes):
        assert sentence.endswith(".")
        assert sentence.isprintable()


def judge_bytes(data: bytes, size: int, path: Path, original: Path) -> None:
    path.write_bytes(data)
    os.truncate(path, size)
    model, projector = cached_pair("tiny")
    judge(path, *((path, projector) if original == model else (model, path)))


def test_every_cut_is_noticed(original, metadata, tmp_path):
    size = original.stat().st_size
    path = tmp_path / "cut.gguf"
    lengths = sorted(random.Random(1).sample(range(len(metadata)), 150))
    for length in [*range(60), *lengths, len(metadata), size // 2, size - 1]:
        path.write_bytes(metadata[:length])
        os.truncate(path, length)
        with pytest.raises(ModelError, match=r"cut\.gguf"):
            read_gguf(path)


def test_flipped_bits_do_no_harm(original, metadata, tmp_path):
    size = original.stat().st_size
    choose = random.Random(2)
    for _ in range(150):
        data = bytearray(metadata)
        for _ in range(choose.choice([1, 1, 1, 4, 30])):
            data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
        judge_bytes(bytes(data), size, tmp_path / "flipped.gguf", original)


def test_extreme_numbers_do_no_harm(original, metadata, tmp_path):
    size = original.stat().st_size
    choose = random.Random(3)
    extremes = [0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 62, 1 << 63, (1 << 64) - 1]
    for _ in range(150):
        data = bytearray(metadata)
        # The start holds counts, keys and sizes, the end holds shapes and offsets.
        span = choose.choice([range(4, 1000), range(len(data) - 4000, len(data) - 8)])
        at, width = choose.choice(span), choose.choice([4, 8])
        value = choose.choice(extremes) & ((1 << 8 * width) - 1)
        data[at : at + width] = value.to_bytes(width, "little")
        judge_bytes(bytes(data), size, tmp_path / "extreme.gguf", original)


def test_pieces_left_out_or_doubled_do_no_harm(original, metadata, tmp_path):
    size = original.stat().st_size
    choose = random.Random(4)
    for _ in range(100):
        start = choose.randrange(len(metadata))
        piece = metadata[start : start + choose.randrange(1, 200)]
        middle = choose.choice([b"", piece * 2])
        data = metadata[:start] + middle + metadata[start + len(piece) :]
        judge_bytes(data, size, tmp_path / "spliced.gguf", original)


KEYS = st.sampled_from(
    [
        *("general.architecture", "general.type", "general.alignment", "general.name"),
        *("clip.projector_type", "clip.has_vision_encoder", "clip.vision.image_size"),
        *("clip.vision.patch_size", "clip.vision.embedding_length", "clip.vision.block_count"),
        *("llama.block_count", "llama.embedding_length", "llama.attention.head_count"),
        *("llama.attention.head_count_kv", "llama.context_length", "split.count"),
    ]
)
NUMBERS = st.integers(0, (1 << 32) - 1) | st.integers(0, 40)
VALUES = st.sampled_from(["llama", "clip", "mlp", "mmproj", "qwen3vl_merger"]) | st.text(max_size=9)
PAIRS = st.one_of(
    st.tuples(KEYS, NUMBERS).map(lambda kv: g.pair(kv[0], g.UINT32, kv[1])),
    st.tuples(KEYS, VALUES).map(lambda kv: g.pair(kv[0], g.STRING, kv[1])),
    st.tuples(KEYS, st.lists(st.integers(-9, 9), max_size=5)).map(
        lambda kv: g.array(kv[0], g.INT32, kv[1])
    ),
    st.tuples(KEYS, st.binary(max_size=9)).map(lambda kv: g.pair(kv[0], g.STRING, kv[1])),
)
TENSORS = st.builds(
    g.tensor,
    st.sampled_from(["mm.2.weight", "token_embd.weight", "v.deepstack.0.fc1.weight", ""]),
    st.lists(st.integers(0, 70), max_size=5).map(tuple),
    st.sampled_from([0, 32]),
    st.integers(0, 45),
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(PAIRS, max_size=8), tensors=st.lists(TENSORS, max_size=3))
def test_any_metadata_is_judged(pairs, tensors, tmp_path):
    path = tmp_path / "any.gguf"
    path.write_bytes(g.header(pairs, tensors) + bytes(4096))
    model, projector = cached_pair("tiny")
    judge(path, path, projector)
    judge(path, model, path)
    judge(path, path, path)
