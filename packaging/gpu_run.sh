#!/usr/bin/env bash
# Everything that only an NVIDIA GPU can tell: build with CUDA, test, measure.
#
#   packaging/gpu_run.sh [FOLDER]
#
# It leaves bench.json, bench.md and the log of the tests in FOLDER (by default build/gpu-run).
# It needs the CUDA toolkit (nvcc), a C++ compiler and Python with its headers. Where no package
# registry can be reached, point PIP_FIND_LINKS at a folder of wheels and source distributions and
# set PIP_NO_INDEX=1.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build/gpu-run}
mkdir -p "$out"

if ! nvidia-smi --query-gpu=name,driver_version,compute_cap,memory.total --format=csv | tee "$out/gpu.csv"; then
    echo "There is no NVIDIA GPU here: nvidia-smi found none." >&2
    exit 1
fi
# For the very GPU that is there: all architectures together take hours.
architecture=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .)
export CMAKE_ARGS="-DGGML_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=$architecture ${CMAKE_ARGS:-}"

# Linked, not plugged in: so llama-cpp-python, which bench compares with, is built the same way.
python3 packaging/test.py --gpu=installed 2>&1 | tee "$out/tests.log"
.venv/bin/perhaps bench --shape 7b --out "$out" --peer-python .venv/bin/python
echo "Results: $out" >&2
