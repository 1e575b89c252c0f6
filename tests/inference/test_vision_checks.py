import os

import pytest

from perhaps.inference.protocol import LoadOptions, ModelPair
from perhaps.inference.vision_checks import VisionChecks, VisionComparison, check_key
from tests.helpers.fake_engine import GPU


@pytest.fixture
def pair(tmp_path):
    projector = tmp_path / "mmproj.gguf"
    projector.write_bytes(b"GGUF")
    return ModelPair("/m.gguf", str(projector))


def test_similarities_are_kept(tmp_path):
    path = tmp_path / "deep" / "checks.json"
    VisionChecks(path).remember("a", 0.5)
    VisionChecks(path).remember("b", 0.9)
    assert (VisionChecks(path).known("a"), VisionChecks(path).known("b")) == (0.5, 0.9)
    assert VisionChecks(path).known("c") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": "wrong"}', "\x00"])
def test_a_damaged_file_only_makes_it_compare_again(tmp_path, content):
    path = tmp_path / "checks.json"
    path.write_text(content)
    checks = VisionChecks(path)
    assert checks.known("a") is None
    checks.remember("a", 0.7)
    assert checks.known("a") == 0.7


def test_what_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    checks = VisionChecks(tmp_path / "file" / "checks.json")
    checks.remember("a", 0.7)
    assert checks.known("a") is None


def test_another_projector_is_compared_anew(pair):
    before = check_key(pair, GPU)
    assert check_key(pair, GPU) == before
    os.utime(pair.projector, (1, 1))
    assert check_key(pair, GPU) != before


@pytest.mark.parametrize("device", [None, GPU])
@pytest.mark.parametrize("wanted", [True, False])
def test_it_is_needed_where_a_gpu_shall_encode(pair, device, wanted):
    comparison = VisionComparison(pair, LoadOptions(self_check=wanted), device)
    assert comparison.needed is (wanted and device is not None)


def test_a_text_model_needs_none():
    assert not VisionComparison(ModelPair("/m.gguf"), LoadOptions(), GPU).needed
