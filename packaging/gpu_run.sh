#!/usr/bin/env bash
# Everything that only an NVIDIA GPU can tell: build with CUDA, test, measure.
#
#   packaging/gpu_run.sh                                     # all of it; results in build/gpu-run
#   packaging/gpu_run.sh --only bench --out FOLDER           # one step (build, test, bench)
#   packaging/gpu_run.sh --dry-run                           # show the commands; needs no GPU
#
# Without a network there, carry the sources and a folder that was filled elsewhere:
#
#   packaging/gpu_run.sh --pack FOLDER --python 3.12         # here, for the Python over there
#   packaging/gpu_run.sh --packed FOLDER                     # there
#
# It takes a C++ compiler, Python with its headers, and the driver. The CUDA compiler is taken from
# PATH, CUDA_HOME or /usr/local/cuda, cuBLAS from there or from the packages of that Python; what is
# missing is fetched from the package registry.
set -euo pipefail
exec python3 "$(dirname "$0")/gpu_run.py" "$@"
