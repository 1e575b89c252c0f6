"""Drivers that fail: one sentence, the engine host back at work, and the CPU still there.

A layer between ggml and the driver fails on demand; see faulty_driver.c.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from perhaps.inference.client import spawn_engine
from perhaps.inference.protocol import (
    ImagePart,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    TextPart,
)
from tests.helpers.model_maker import cached_pair
from tests.helpers.worker_desk import ask

HEADERS = os.environ.get("PERHAPS_VULKAN_HEADERS", "/usr/include")
LAYER = "VK_LAYER_PERHAPS_fault"

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(
        not Path(HEADERS, "vulkan", "vk_layer.h").is_file() or not shutil.which("cc"),
        reason="needs a C compiler and Vulkan headers",
    ),
]


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """Compile the layer, and describe it for the Vulkan loader."""
    folder = tmp_path_factory.mktemp("layer")
    library = folder / "libfault.so"
    source = Path(__file__).with_name("faulty_driver.c")
    command = ["cc", "-shared", "-fPIC", f"-I{HEADERS}", "-o", str(library), str(source)]
    subprocess.run(command, check=True)
    described = {
        "name": LAYER,
        "type": "GLOBAL",
        "library_path": str(library),
        "api_version": "1.3.0",
        "implementation_version": "1",
        "description": "fails on demand",
    }
    manifest = {"file_format_version": "1.0.0", "layer": described}
    (folder / "fault.json").write_text(json.dumps(manifest))
    return folder


class Fault:
    """What the driver does from now on: "", memory, full, lost, crash or wrong."""

    def __init__(self, path):
        self._path = path
        self.set("")

    def set(self, word):
        self._path.write_text(word)


@pytest.fixture
def fault(layer, gpu, compiled_shaders, tmp_path, monkeypatch):
    if gpu.backend != "Vulkan":
        pytest.skip("the layer is one of Vulkan")
    monkeypatch.setenv("VK_LAYER_PATH", str(layer))
    monkeypatch.setenv("VK_INSTANCE_LAYERS", LAYER)
    monkeypatch.setenv("PERHAPS_FAULT", str(tmp_path / "fault"))
    return Fault(tmp_path / "fault")


@pytest.fixture(scope="module")
def tiny():
    model, projector = cached_pair("tiny")
    return ModelPair(str(model), str(projector))


@pytest.fixture
def wish(options):
    return LoadOptions(self_check=False, disk_cache=False, **options)


@pytest.fixture
def desk(open_desk, fault):
    return open_desk(spawn_engine)


def load(desk, pair, wish):
    count = len(desk.of("model_loaded")) + 1
    desk.worker.load(pair, wish)
    (info,) = desk.wait_for("model_loaded", count)
    return info


def read_picture(desk, side):
    data = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(data, "PNG")
    count = len(desk.of("picture_read")) + 1
    desk.worker.read_picture(data.getvalue())
    return desk.wait_for("picture_read", count)[1].image


def question(image):
    parts = (ImagePart(image), TextPart("What is this?"))
    return Request((Message("user", parts),), max_tokens=4)


def assert_does_on_cpu(desk, pair):
    info = load(desk, pair, LoadOptions(device="cpu", vision_device="cpu"))
    assert info.placement.language.device == "CPU"
    assert desk.end_of(desk.worker.generate(ask(max_tokens=3))).reason == "length"


def assert_a_sentence(message):
    assert message.count("\n") == 0
    assert message.endswith(".")


def test_no_memory_while_loading(desk, fault, tiny, wish):
    fault.set("memory")
    desk.worker.load(tiny, wish)
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "DeviceError"
    assert "load it on the CPU" in failure.message
    assert_a_sentence(failure.message)
    assert not desk.of("host_lost")
    assert_does_on_cpu(desk, tiny)


FAILURES = [("full", "fewer layers on the GPU"), ("lost", "load the model again, or on the CPU")]


def assert_failed(end, remedy):
    assert end.reason == "failed"
    assert end.error_kind == "DeviceError"
    assert "CPU" in end.error
    assert remedy in end.error
    assert_a_sentence(end.error)


@pytest.mark.parametrize(("word", "remedy"), FAILURES)
def test_a_device_that_fails_while_it_encodes(desk, fault, tiny, wish, word, remedy):
    load(desk, tiny, wish)
    image = read_picture(desk, 300)
    fault.set(word)
    run = desk.worker.generate(question(image))
    assert_failed(desk.end_of(run), remedy)
    assert desk.text_of(run) == ""
    fault.set("")
    assert_does_on_cpu(desk, tiny)


@pytest.mark.parametrize(("word", "remedy"), FAILURES)
def test_a_device_that_fails_while_it_writes(desk, fault, tiny, wish, word, remedy):
    load(desk, tiny, wish)
    run = desk.worker.generate(ask(max_tokens=2000))
    desk.wait_for_tokens(run, 3)
    fault.set(word)
    assert_failed(desk.end_of(run), remedy)
    assert desk.text_of(run)
    fault.set("")
    assert_does_on_cpu(desk, tiny)


def test_a_driver_that_computes_wrongly_is_found_out(desk, fault, tiny, wish):
    fault.set("wrong")
    info = load(desk, tiny, replace(wish, self_check=True))
    assert info.vision_similarity < 0.99
    assert info.fell_back
    assert any("computes pictures wrongly" in note for note in info.notes)
    fault.set("")
    again = load(desk, tiny, replace(wish, self_check=True))
    assert again.vision_similarity == info.vision_similarity  # known, so not compared again


@pytest.mark.expects_warnings
def test_a_driver_that_crashes_while_it_loads(desk, fault, tiny, wish):
    fault.set("crash")
    desk.worker.load(tiny, wish)
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "EngineLostError"
    assert tiny.model.rpartition("/")[2] in failure.message
    assert_a_sentence(failure.message)
    assert_does_on_cpu(desk, tiny)


def test_a_crash_of_the_command_line_leaves_a_sentence(fault, tiny):
    fault.set("crash")
    model = ["--model", tiny.model, "--projector", tiny.projector]
    command = [sys.executable, "-m", "perhaps", "ask", *model, "--max-tokens", "2", "Hello"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode < 0
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("ask again with --device cpu --vision-device cpu.\n")


@pytest.mark.expects_warnings
def test_a_driver_that_crashes_while_it_answers(desk, fault, tiny, wish):
    load(desk, tiny, wish)
    fault.set("crash")
    end = desk.end_of(desk.worker.generate(ask(max_tokens=50)))
    assert end.error_kind == "EngineLostError"
    fault.set("")
    desk.wait_for("model_loaded", 2)
    assert desk.end_of(desk.worker.generate(ask(max_tokens=3))).reason == "length"


@pytest.mark.expects_warnings
def test_a_driver_that_crashes_at_the_start(layer, gpu, open_desk, tiny, tmp_path, monkeypatch):
    """Before the engine can be asked anything; it then comes up without looking for GPUs."""
    source = tmp_path / "dying.c"
    source.write_text(
        "#include <stdlib.h>\n"
        "int vk_icdNegotiateLoaderICDInterfaceVersion(unsigned* v) { (void)v; abort(); }\n"
        "void* vk_icdGetInstanceProcAddr(void* i, const char* n)"
        " { (void)i; (void)n; abort(); }\n"
    )
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", str(tmp_path / "libdying.so"), str(source)], check=True
    )
    driver = {"library_path": str(tmp_path / "libdying.so"), "api_version": "1.3.0"}
    manifest = tmp_path / "dying.json"
    manifest.write_text(json.dumps({"file_format_version": "1.0.0", "ICD": driver}))
    monkeypatch.setenv("VK_ICD_FILENAMES", str(manifest))
    monkeypatch.setenv("VK_DRIVER_FILES", str(manifest))
    desk = open_desk(spawn_engine)
    (failure,) = desk.wait_for("host_lost")
    assert "CPU alone" in failure.message
    desk.wait_for("host_started")
    assert_does_on_cpu(desk, tiny)
