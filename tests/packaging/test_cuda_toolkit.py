"""Which parts of CUDA are taken from where."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import cuda_toolkit
from environment import UnavailableError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the compiler is a script here")


def script(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.fixture
def toolkit(tmp_path, monkeypatch):
    """Make a toolkit of CUDA 12.4 whose compiler is called by a script elsewhere."""
    root = tmp_path / "cuda"
    told = f"#$ TOP={root}/bin/..\\n"
    answer = f'case "$1" in --version) echo "release 12.4, V1";; *) printf "{told}" >&2;; esac'
    script(tmp_path / "bin" / "nvcc", answer)
    touch(root / "bin" / "nvcc")
    touch(root / "lib64" / "stubs" / "libcuda.so")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for name in ("CUDA_HOME", "CUDA_PATH", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    return root


def cublas(folder, major):
    library = folder / "lib" / f"libcublas.so.{major}"
    touch(library)
    touch(folder / "include" / "cublas_v2.h")
    return library


def test_a_whole_toolkit_is_taken_as_it_is(toolkit, tmp_path):
    touch(toolkit / "targets" / "x86_64-linux" / "include" / "cublas_v2.h")
    found = cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert f"-DCMAKE_CUDA_COMPILER={tmp_path / 'bin' / 'nvcc'}" in found
    assert not any("cublas" in argument or "NO_VMM" in argument for argument in found)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("place", ["nvidia/cu12", "nvidia/cublas"])
def test_cublas_is_taken_from_the_packages_of_this_python(toolkit, tmp_path, monkeypatch, place):
    site = tmp_path / "site"
    cublas(site / "nvidia" / "cu13", 13)  # of another release
    library = cublas(site / place, 12)
    monkeypatch.syspath_prepend(str(site))
    found = cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert f"-DCUDA_cublas_LIBRARY={library}" in found
    assert f"-DCMAKE_CUDA_FLAGS=-isystem {library.parents[1] / 'include'}" in found


def test_what_was_fetched_is_fetched_once(toolkit, tmp_path):
    library = cublas(tmp_path / "cache" / "cublas-12.4" / "nvidia" / "cublas", 12)
    found = cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert f"-DCUDA_cublas_LIBRARY={library}" in found


def test_the_driver_is_linked_with_where_it_is(toolkit, tmp_path, monkeypatch):
    touch(toolkit / "include" / "cublas_v2.h")
    touch(tmp_path / "driver" / "libcuda.so.1")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "driver"))
    found = cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert f"-DCUDA_cuda_driver_LIBRARY={tmp_path / 'driver' / 'libcuda.so.1'}" in found


def test_without_driver_and_stub_its_memory_is_managed_otherwise(toolkit, tmp_path, capfd):
    touch(toolkit / "include" / "cublas_v2.h")
    (toolkit / "lib64" / "stubs" / "libcuda.so").unlink()
    if cuda_toolkit._driver():
        pytest.skip("this machine has the driver")
    assert "-DGGML_CUDA_NO_VMM=ON" in cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert "no driver of NVIDIA here" in capfd.readouterr().err


def test_an_old_driver_is_told_before_anything_is_fetched(tmp_path, monkeypatch):
    script(tmp_path / "bin" / "nvidia-smi", "echo 535.104")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "nowhere"))
    monkeypatch.setattr(cuda_toolkit, "USUAL_PLACE", tmp_path / "nowhere")
    with pytest.raises(UnavailableError, match=r"needs driver 580 or newer instead of 535\.104"):
        cuda_toolkit.cmake_arguments(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_libraries_get_the_names_that_linkers_ask_for(tmp_path):
    touch(tmp_path / "lib" / "libcudart.so.13")
    cuda_toolkit.complete(tmp_path)
    assert (tmp_path / "lib64" / "libcudart.so").resolve() == tmp_path / "lib" / "libcudart.so.13"
