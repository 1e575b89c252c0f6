"""The committed stubs are those of the built module."""

import subprocess
import sys
from pathlib import Path

COMMITTED = Path(__file__).parents[2] / "app" / "perhaps" / "_engine.pyi"


def test_stubs_are_up_to_date(tmp_path):
    command = [sys.executable, "-m", "pybind11_stubgen", "perhaps._engine", "-o", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    fresh = (tmp_path / "perhaps" / "_engine.pyi").read_text()
    assert fresh == COMMITTED.read_text(), (
        "the bindings changed: run `pybind11-stubgen perhaps._engine -o app`"
    )
