"""The test models say what they should, read back by the reference reader."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from gguf import GGUFReader, TokenType

from tests.helpers.model_maker import CHATML, cached_pair, make_pair
from tests.helpers.model_shapes import SHAPES, Tensor, language_tensors, vision_tensors
from tests.helpers.model_vocabulary import CONTROL_TOKENS, byte_alphabet, make_vocabulary
from tests.helpers.random_weights import BLOCK_BYTES, draw, stored_bytes


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return make_pair("tiny", tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def model(pair):
    return GGUFReader(pair[0])


@pytest.fixture(scope="module")
def projector(pair):
    return GGUFReader(pair[1])


def value(reader: GGUFReader, key: str):
    return reader.get_field(key).contents()


def shapes(reader: GGUFReader) -> dict[str, list[int]]:
    return {tensor.name: tensor.shape.tolist() for tensor in reader.tensors}


def test_model_has_the_keys_of_its_shape(model):
    assert value(model, "general.architecture") == "llama"
    assert value(model, "llama.embedding_length") == 256
    assert value(model, "llama.block_count") == 4
    assert value(model, "llama.attention.head_count_kv") == 2
    assert value(model, "tokenizer.chat_template") == CHATML


def test_model_has_the_tensors_of_its_shape(model):
    found = shapes(model)
    assert found["token_embd.weight"] == [256, 4096]
    assert found["blk.3.attn_k.weight"] == [256, 128]
    assert found["blk.3.ffn_down.weight"] == [640, 256]
    assert "output.weight" not in found  # tied


def test_projector_ends_in_the_width_of_the_model(projector):
    assert value(projector, "general.architecture") == "clip"
    assert value(projector, "clip.vision.projection_dim") == 256
    assert value(projector, "clip.vision.feature_layer") == [4]
    assert shapes(projector)["mm.2.weight"] == [256, 256]
    assert shapes(projector)["v.position_embd.weight"] == [192, 100]


def test_weights_are_finite_and_vary(model, projector):
    for tensor in [*model.tensors, *projector.tensors]:
        assert np.isfinite(tensor.data).all(), tensor.name
    assert np.std(model.tensors[0].data.astype(np.float32)) == pytest.approx(1 / 16, rel=0.02)


def test_control_tokens_are_marked_and_quiet(model):
    tokens = value(model, "tokenizer.ggml.tokens")
    types = value(model, "tokenizer.ggml.token_type")
    marked = [token for token, kind in zip(tokens, types, strict=True) if kind == TokenType.CONTROL]
    assert tuple(marked) == CONTROL_TOKENS
    assert tokens[value(model, "tokenizer.ggml.eos_token_id")] == "<|im_end|>"
    lengths = np.linalg.norm(model.tensors[0].data.astype(np.float32), axis=1)
    assert lengths[-len(CONTROL_TOKENS) :].max() < 0.2 < lengths[: -len(CONTROL_TOKENS)].min()


@pytest.mark.parametrize("shape", SHAPES)
def test_vocabulary_is_complete_and_distinct(shape):
    size = SHAPES[shape].language.vocabulary
    vocabulary = make_vocabulary(size)
    assert len(set(vocabulary.tokens)) == len(vocabulary.types) == size
    assert vocabulary.tokens[:256] == tuple(byte_alphabet())
    # Every merge leads from two tokens to a third.
    known = set(vocabulary.tokens)
    for merge in vocabulary.merges:
        left, right = merge.split(" ")
        assert {left, right, left + right} <= known


def test_same_seed_gives_the_same_bytes(pair, tmp_path):
    again = make_pair("tiny", tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in pair]


def test_other_seed_gives_other_weights_in_the_same_shapes(model, tmp_path):
    other = GGUFReader(make_pair("tiny", tmp_path, seed=1, projector=False)[0])
    assert shapes(other) == shapes(model)
    assert not np.array_equal(other.tensors[0].data, model.tensors[0].data)


def test_options_leave_out_what_is_unwanted(tmp_path):
    model_path, projector_path = make_pair("tiny", tmp_path, projector=False, chat_template=None)
    assert projector_path is None
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.gguf"]
    assert GGUFReader(model_path).get_field("tokenizer.chat_template") is None


def test_projector_can_have_another_width(tmp_path):
    _, projector_path = make_pair("tiny", tmp_path, projector_width=320)
    reader = GGUFReader(projector_path)
    assert value(reader, "clip.vision.projection_dim") == 320
    assert shapes(reader)["mm.2.weight"] == [320, 320]


def test_quantised_blocks_have_the_asked_spread():
    tensor = Tensor("blk.0.ffn_up.weight", (512, 256), "Q4_0", spread=0.05)
    blocks = draw(tensor, seed=3)
    assert blocks.nbytes == stored_bytes(tensor) == 512 * 256 // 32 * BLOCK_BYTES
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    weights = scales * (nibbles.astype(np.float32) - 8)
    assert np.std(weights) == pytest.approx(0.05, rel=0.02)
    assert abs(np.mean(weights)) < 0.001


# Published sizes: TinyLlama 1.10 B, Vicuna-7B 6.74 B, CLIP ViT-L/14-336 0.30 B.
@pytest.mark.parametrize(
    ("shape", "language", "vision"), [("1b", 1.10e9, 0.31e9), ("7b", 6.74e9, 0.32e9)]
)
def test_big_shapes_have_the_published_sizes(shape, language, vision):
    sizes = SHAPES[shape]

    def count(tensors) -> int:
        return sum(int(np.prod(tensor.shape)) for tensor in tensors)

    assert count(language_tensors(sizes.language, 5, 1.0)) == pytest.approx(language, rel=0.01)
    assert count(vision_tensors(sizes.vision, sizes.language.width)) == pytest.approx(
        vision, rel=0.03
    )


def test_cached_pair_is_made_once_by_many(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        pairs = list(pool.map(lambda _: cached_pair("tiny", tmp_path), range(4)))
    assert len(set(pairs)) == 1
    assert all(path.is_file() for path in pairs[0])
    assert len(list(tmp_path.iterdir())) == 1  # no unfinished folders
    before = pairs[0][0].stat().st_mtime_ns
    cached_pair("tiny", tmp_path)
    assert pairs[0][0].stat().st_mtime_ns == before
