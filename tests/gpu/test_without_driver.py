"""The same files start where no driver of a GPU is installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from perhaps import _engine

pytestmark = pytest.mark.gpu

PACKAGE = Path(_engine.__file__).parent


def installation():
    """Give the folder that holds llama.cpp's libraries and plug-ins."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    library = next(line.split()[-1] for line in maps if "/libllama.so" in line)
    return Path(library).parents[2]


@pytest.fixture
def bundle(tmp_path, gpu):
    """Copy the installation, with a plug-in that asks for a library which is nowhere."""
    site = installation()
    plugin = site / "bin" / "libggml-vulkan.so"
    if gpu.backend != "Vulkan" or not plugin.is_file():
        pytest.skip("the Vulkan plug-in is not in use")
    for name in ("llama_cpp/lib", "bin"):
        shutil.copytree(site / name, tmp_path / name, symlinks=True)
    code = plugin.read_bytes()
    assert code.count(b"libvulkan.so.1\0") == 1
    (tmp_path / "bin" / plugin.name).write_bytes(
        code.replace(b"libvulkan.so.1\0", b"libvulkan.so.X\0")
    )
    return tmp_path


def devices_of(bundle, **environment):
    result = subprocess.run(
        [sys.executable, "-m", "perhaps", "devices", "--json"],
        env={**os.environ, "LD_LIBRARY_PATH": str(bundle / "llama_cpp" / "lib"), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return [device["name"] for device in json.loads(result.stdout)]


def test_it_starts_where_the_vulkan_library_is_absent(bundle):
    assert devices_of(bundle) == ["CPU"]


def test_with_the_library_the_same_files_find_the_gpu(bundle, gpu):
    shutil.copy(installation() / "bin" / "libggml-vulkan.so", bundle / "bin")
    assert gpu.name in devices_of(bundle)


def test_gpus_can_be_left_alone(bundle):
    shutil.copy(installation() / "bin" / "libggml-vulkan.so", bundle / "bin")
    assert devices_of(bundle, PERHAPS_GPU="off") == ["CPU"]
