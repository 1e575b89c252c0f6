"""Models on the first GPU of this machine and, to compare with, on its CPU.

Any GPU will do, Mesa's lavapipe too, which computes on the CPU; `packaging/test.py --gpu` brings
it. Without one these tests are skipped, and with `--gpu` they fail instead.
"""

from __future__ import annotations

import multiprocessing

import pytest

from perhaps import _engine
from perhaps.paths import starter_pair
from tests.engine.conftest import answer, load, picture, prompt
from tests.helpers.model_maker import cached_pair
from tests.inference.conftest import open_desk  # noqa: F401 - a fixture


def pytest_collection_modifyitems(config, items):
    if find_gpu() or config.getoption("--gpu"):
        return
    for item in items:
        if item.get_closest_marker("gpu"):
            item.add_marker(pytest.mark.skip(reason="there is no GPU that the engine can use"))


@pytest.fixture(autouse=True)
def hosts_may_end():
    """Give a busy machine time to take down the threads of lavapipe."""
    yield
    for host in multiprocessing.active_children():
        host.join(20)


def find_gpu():
    """Give the first GPU, or nothing."""
    gpus = [device for device in _engine.list_devices() if device.kind in {"gpu", "integrated"}]
    return gpus[0] if gpus else None


@pytest.fixture(scope="session")
def gpu():
    found = find_gpu()
    assert found is not None, "there is no GPU that the engine can use"
    return found


@pytest.fixture(scope="session")
def software(gpu):
    """Whether the GPU is lavapipe, some versions of which crash over flash attention."""
    return "llvmpipe" in gpu.description


@pytest.fixture(scope="session")
def options(software):
    return {"flash_attention": False} if software else {}


@pytest.fixture(scope="session")
def compiled_shaders(gpu, options):
    """Have lavapipe compile what a model takes, minutes the first time, and keep it on disk."""
    model = load(*map(str, cached_pair("tiny")), device="gpu", vision_device="gpu", **options)
    answer(model, prompt("What is this?", picture()), max_tokens=4)


@pytest.fixture(scope="session", params=["tiny", "starter"])
def pair(request):
    if request.param == "tiny":
        return tuple(map(str, cached_pair("tiny")))
    starter = starter_pair()
    return starter.model, starter.projector


@pytest.fixture(scope="session")
def on_gpu(gpu, pair, options):
    return load(*pair, device="gpu", vision_device="gpu", compare_vision=True, **options)


@pytest.fixture(scope="session")
def on_cpu(pair, options):
    return load(*pair, device="cpu", vision_device="cpu", **options)
