"""Everything that ships has its licence where About finds it."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "packaging"))

import licenses  # noqa: E402


@pytest.mark.parametrize("name", [*licenses.needed_packages(), "llama.cpp"])
def test_every_dependency_has_its_licence(name):
    text = (ROOT / "resources" / "licenses" / f"{name}.txt").read_text(encoding="utf-8")
    assert len(text) > 500
    assert "copyright" in text.lower()
