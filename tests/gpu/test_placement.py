"""Where everything runs is counted, and fitted to the memory that may be used."""

import json
import os
import subprocess
import sys

import pytest

from perhaps import _engine
from perhaps.errors import DeviceError, RequestError
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import LoadOptions, ModelPair
from tests.engine.conftest import load
from tests.helpers.model_maker import cached_pair

pytestmark = pytest.mark.gpu

MIB = 1 << 20


@pytest.fixture(scope="module")
def tiny():
    return tuple(map(str, cached_pair("tiny")))


def use_of(info, device):
    return next(use for use in info.memory if use.device == device)


def test_all_of_it_is_on_the_gpu(on_gpu, gpu):
    info = on_gpu.info()
    for half in (info.vision, info.language):
        assert half.device == gpu.name
        assert half.on_device == half.total > 4
        assert half.reason.name == "best"
    assert info.vision.total > 100


def test_the_memory_is_what_was_planned(on_gpu, gpu):
    use = use_of(on_gpu.info(), gpu.name)
    assert use.planned == use.wanted <= use.available
    assert use.taken == pytest.approx(use.planned, rel=0.02)


def test_what_the_cpu_was_asked_for_is_there(on_cpu):
    info = on_cpu.info()
    assert {info.vision.device, info.language.device} == {"CPU"}
    assert {info.vision.reason.name, info.language.reason.name} == {"asked"}


def test_layers_are_counted_not_believed(tiny, gpu, options):
    info = load(*tiny, gpu_layers=2, **options).info()
    shares = {share.device: share.units for share in info.language.shares}
    assert shares == {gpu.name: 2, "CPU": info.language.total - 2}


def test_as_many_layers_as_fit(tiny, gpu, options):
    """The projector first, then layers, and never more than may be used."""
    whole = use_of(load(*tiny, **options).info(), gpu.name).taken
    for limit in (whole - MIB, whole - 4 * MIB):
        info = load(*tiny, gpu_memory=limit, **options).info()
        use = use_of(info, gpu.name)
        assert info.vision.on_device == info.vision.total
        assert 0 < info.language.on_device < info.language.total
        assert info.language.reason.name == "memory"
        assert use.taken <= limit < use.wanted


def test_a_projector_without_room_goes_to_the_cpu_or_is_refused(tiny, options):
    info = load(*tiny, gpu_memory=MIB, **options).info()
    assert (info.vision.device, info.vision.reason.name) == ("CPU", "memory")
    with pytest.raises(DeviceError, match="choose the CPU for vision"):
        load(*tiny, gpu_memory=MIB, vision_device="gpu", **options)


def test_a_fallback_is_told(tiny, options):
    engine = LocalEngine()
    wish = LoadOptions(gpu_memory=MIB, **options)
    info = engine.load(ModelPair(*tiny), wish, lambda progress: None)
    assert info.fell_back
    assert len(info.notes) == 2
    assert all("1 MiB to give" in note for note in info.notes)
    assert info.memory_estimate == pytest.approx(sum(use.taken for use in info.memory), rel=0.5)


def test_the_comparison_is_made_once(tiny, options, own_home):
    def load_and_look():
        stages = []
        wish = LoadOptions(**options)
        pair = ModelPair(*tiny)
        info = LocalEngine().load(pair, wish, lambda progress: stages.append(progress.stage))
        assert info.vision_similarity > 0.999
        assert info.notes == ()
        return stages

    load_and_look()
    assert list(own_home.rglob("vision-checks.json"))
    assert "comparison" not in load_and_look()


@pytest.mark.parametrize("name", ["auto", "gpu", "GPU"])
def test_names_of_gpus(name, gpu):
    assert gpu.name in _engine.resolve_devices(name)
    assert gpu.name in _engine.resolve_devices(gpu.backend.lower())


def test_an_unknown_device_is_refused_with_those_there_are(gpu):
    with pytest.raises(RequestError, match=gpu.name):
        _engine.resolve_devices("Abacus0")


def test_layers_are_split_over_two_gpus(tiny, software):
    if not software:
        pytest.skip("only lavapipe can be taken twice")
    program = (
        "import sys, json; from perhaps.inference.local import LocalEngine;"
        "from perhaps.inference.protocol import LoadOptions, ModelPair;"
        "wish = LoadOptions(vision_device='Vulkan1', flash_attention=False, self_check=False);"
        "info = LocalEngine().load(ModelPair(*sys.argv[1:]), wish, lambda progress: None);"
        "shares = {share.device: share.units for share in info.placement.language.shares};"
        "print(json.dumps([shares, info.placement.vision.device, list(info.notes)]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *tiny],
        env={**os.environ, "GGML_VK_VISIBLE_DEVICES": "0,0"},
        capture_output=True,
        text=True,
        check=True,
    )
    shares, vision, notes = json.loads(result.stdout)
    assert set(shares) == {"Vulkan0", "Vulkan1"}
    assert abs(shares["Vulkan0"] - shares["Vulkan1"]) <= 1
    assert vision == "Vulkan1"
    assert notes == []
