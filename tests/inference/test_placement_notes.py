from dataclasses import replace

import pytest

from perhaps.inference.placement_notes import fell_back, placement_notes
from perhaps.inference.protocol import (
    DevicePlacement,
    DeviceShare,
    MemoryUse,
    ModelPair,
    Placement,
    PlacementReason,
)
from tests.helpers.scripts import model_info

GIB = 1 << 30


def half(on_gpu, total, unit, reason=PlacementReason.best):
    shares = [DeviceShare("CUDA0", on_gpu), DeviceShare("CPU", total - on_gpu)]
    shares = tuple(share for share in shares if share.units)
    return DevicePlacement(shares[0].device, "CUDA", shares[0].units, total, unit, reason, shares)


def info(language, vision, **changes):
    info = model_info(ModelPair("/m.gguf", "/p.gguf"))
    return replace(info, placement=Placement(language, vision), gpus=("CUDA0",), **changes)


ALL_LAYERS = half(33, 33, "layers")
ALL_OPERATIONS = half(412, 412, "operations")


def test_nothing_to_say_where_all_is_on_the_gpu():
    good = info(ALL_LAYERS, ALL_OPERATIONS, vision_similarity=0.9999)
    assert placement_notes(good) == ()
    assert not fell_back(good)


def test_nothing_to_say_without_a_gpu():
    on_cpu = info(half(0, 33, "layers"), half(0, 412, "operations"))
    assert placement_notes(replace(on_cpu, gpus=())) == ()


@pytest.mark.parametrize("reason", list(PlacementReason)[1:])
def test_each_reason_has_a_remedy(reason):
    memory = (MemoryUse("CUDA0", 4 * GIB, 6 * GIB, 3 * GIB, 3 * GIB),)
    some = info(half(20, 33, "layers", reason), half(0, 412, "operations", reason), memory=memory)
    language, vision = placement_notes(some)
    assert "13 of 33 layers run on the CPU" in language
    assert "CPU" in vision
    assert all(note.endswith(".") and ("load" in note or "driver" in note) for note in (language,))
    assert fell_back(some) is (reason is not PlacementReason.asked)
    if reason is PlacementReason.memory:
        assert "needs 6.0 GiB on CUDA0, which has 4.0 GiB to give" in language


def test_single_operations_count():
    unsupported = half(400, 412, "operations", PlacementReason.unsupported)
    (note,) = placement_notes(info(ALL_LAYERS, unsupported))
    assert "12 of 412 operations" in note


@pytest.mark.parametrize(("similarity", "wrong"), [(0.9989, True), (0.0, True), (0.9991, False)])
def test_other_embeddings_are_told(similarity, wrong):
    judged = info(ALL_LAYERS, ALL_OPERATIONS, vision_similarity=similarity)
    assert any("computes pictures wrongly" in note for note in placement_notes(judged)) is wrong
    assert fell_back(judged) is wrong
