"""An environment of its own for an engine whose backends are plug-ins.

It lies in `build/` and holds only what differs from `.venv`: llama.cpp and our module,
compiled against it. Everything else is found in `.venv`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import environment
from engine_wheel import built_wheel
from environment import PYTHON, ROOT, SCRIPTS, run, say


def prepare(backend: str) -> Path:
    """Make the environment, or bring it up to date; give its interpreter."""
    wheel = built_wheel(backend)
    folder = ROOT / "build" / f"engine-{backend}"
    python = folder / SCRIPTS.name / PYTHON.name
    if not python.exists():
        _make(folder)
    fingerprint = f"{wheel}\n{environment.fingerprint_of_sources()}"
    digest = hashlib.sha256(fingerprint.encode()).hexdigest()
    stamp = folder / "perhaps-stamp"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != digest:
        _install(python, wheel)
        stamp.write_text(digest, encoding="utf-8")
    return python


def _make(folder: Path) -> None:
    run([str(PYTHON), "-m", "venv", "--without-pip", "--clear", str(folder)])
    shared = _site_packages(PYTHON)
    own = _site_packages(folder / SCRIPTS.name / PYTHON.name)
    # A path alone: the installation of Perhaps that .venv holds is not taken over.
    (own / "shared.pth").write_text(f"{shared}\n", encoding="utf-8")


def _site_packages(python: Path) -> Path:
    program = "import sysconfig; print(sysconfig.get_path('platlib'))"
    answer = subprocess.run(
        [str(python), "-c", program], capture_output=True, text=True, check=True
    )
    return Path(answer.stdout.strip())


def _install(python: Path, wheel: Path) -> None:
    say("building the engine for it; about a minute on 2 cores ...")
    pip = [str(PYTHON), "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    run([*pip, "--force-reinstall", str(wheel)])
    ours = [*pip, "--no-build-isolation", f"--config-settings=build-dir={python.parents[1]}/build"]
    run([*ours, "--editable", str(ROOT)], PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
