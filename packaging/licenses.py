"""Refreshes `resources/licenses/` from the installed packages that the program needs.

Run it with the interpreter of `.venv` after a dependency changed; `About` shows these files.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "licenses"
BY_HAND = {"llama.cpp", "pyside6-essentials"}
"""Their wheels carry no text: llama.cpp comes inside llama-cpp-python, Qt by reference."""


def needed_packages() -> list[str]:
    """Name what `pyproject.toml` asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        re.split(r"[<>=!~ ;\[]", need, maxsplit=1)[0].lower() for need in project["dependencies"]
    ]


def license_text(package: Distribution) -> str:
    """Join all licence files of a package."""
    files = [
        file
        for file in package.files or []
        if re.search(r"licen[sc]e|copying", file.name, re.I) and ".dist-info" in str(file)
    ]
    texts = {str(file.read_text()).strip(): None for file in sorted(files, key=str)}
    return "\n\n".join(texts) + "\n"


def main() -> None:
    """Write one file a package."""
    FOLDER.mkdir(exist_ok=True)
    for name in needed_packages():
        if name not in BY_HAND:
            (FOLDER / f"{name}.txt").write_text(license_text(distribution(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
