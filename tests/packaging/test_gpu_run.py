"""What one command does on a machine with a GPU."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import gpu_run

PACKAGING = Path(gpu_run.__file__).parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is a shell script")


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """Say what the driver's own tool tells, and with which exit code."""

    def says(text, code=0):
        tool = tmp_path / "bin" / "nvidia-smi"
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\nprintf {shlex.quote(text)}\nexit {code}\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")

    return says


def test_the_first_gpu_is_built_for_and_all_are_noted(nvidia_smi, tmp_path):
    told = "name, driver_version, compute_cap, memory.total [MiB]\\n"
    told += "NVIDIA H200, 580.1, 9.0, 143771 MiB\\nNVIDIA L4, 580.1, 8.9, 23034 MiB\\n"
    nvidia_smi(told)
    assert gpu_run.capability(tmp_path) == "9.0"
    assert (tmp_path / "gpu.csv").read_text().count("NVIDIA") == 2


@pytest.mark.parametrize(("told", "code"), [("No devices were found", 6), ("name\\n", 0)])
def test_without_a_gpu_it_ends_with_a_sentence(nvidia_smi, tmp_path, capfd, told, code):
    nvidia_smi(told, code)
    with pytest.raises(SystemExit):
        gpu_run.capability(tmp_path)
    assert "there is no NVIDIA GPU here: " in capfd.readouterr().err


def test_a_step_is_shown_and_kept_and_its_failure_ends_the_run(tmp_path, capfd):
    log = tmp_path / "test.log"
    command = [sys.executable, "-c", "import os; print(os.environ['CMAKE_ARGS'])"]
    gpu_run.run("test", command, {"CMAKE_ARGS": "-DGGML_CUDA=ON"}, log)
    assert log.read_text() == "-DGGML_CUDA=ON\n"
    assert "-DGGML_CUDA=ON" in capfd.readouterr().err
    with pytest.raises(SystemExit):
        gpu_run.run("test", [sys.executable, "-c", "raise SystemExit(3)"], {}, log)
    assert f"failed: test; see {log}" in capfd.readouterr().err


def test_the_commands_of_chosen_steps_can_be_shown(tmp_path):
    for name in ("bin/nvcc", "include/cublas_v2.h", "lib64/stubs/libcuda.so"):
        file = tmp_path / "cuda" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    wish = ["--dry-run", "--only", "build", "bench", "--packed", str(tmp_path)]
    result = subprocess.run(
        [str(PACKAGING / "gpu_run.sh"), *wish, "--out", str(tmp_path / "out")],
        env={**os.environ, "CUDA_HOME": str(tmp_path / "cuda"), "CMAKE_ARGS": "-DGGML_CUDA_FA=OFF"},
        capture_output=True,
        text=True,
        check=True,
    )
    build, bench = map(shlex.split, result.stdout.splitlines())
    (arguments,) = (each for each in build if each.startswith("CMAKE_ARGS="))
    assert "-DCMAKE_CUDA_ARCHITECTURES=90-real" in arguments
    assert f"-DCMAKE_CUDA_COMPILER={tmp_path / 'cuda/bin/nvcc'}" in arguments
    assert arguments.endswith(" -DGGML_CUDA_FA=OFF")
    assert {"PIP_NO_INDEX=1", f"PIP_FIND_LINKS={tmp_path}"} <= set(build)
    assert build[-2:] == ["packaging/start.py", "devices"]
    assert bench[-2:] == ["--out", str(tmp_path / "out")]
