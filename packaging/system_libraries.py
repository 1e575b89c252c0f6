"""What the operating system must bring: a compiler, and the libraries Qt draws with."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess

from environment import UnavailableError, fetch, give_up, has_python_headers, say

QT_LIBRARIES = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
FONTS = ("fonts-dejavu-core",)
TEST_PACKAGES = ("doctest-dev", "strace")


def ensure(*, for_tests: bool = False) -> None:
    """Install what is missing with apt-get where that can be done, else name it."""
    try:
        _install(_missing((*QT_LIBRARIES, *FONTS, *(TEST_PACKAGES if for_tests else ()))))
    except UnavailableError as error:
        say(str(error))
        _check_compiler()


def ensure_packages(*packages: str) -> None:
    """Install what is missing of these; raises UnavailableError where that cannot be.

    Does nothing on systems that name their packages otherwise.
    """
    if not shutil.which("dpkg-query"):
        return
    _install([package for package in packages if not _is_installed(package)])
    missing = [package for package in packages if not _is_installed(package)]
    if missing:
        raise UnavailableError(f"System packages are missing: {' '.join(missing)}.")


def _install(missing: list[str]) -> None:
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if not shutil.which("apt-get"):
        _check_compiler()
        return
    privilege = _privilege()
    if privilege is None:
        say(f"these system packages are missing: sudo {' '.join(command)}")
        _check_compiler()
        return
    say(f"installing system packages: {' '.join(missing)}")
    what = f"system packages ({' '.join(missing)})"
    fetch(what, [*privilege, "apt-get", "update", "--quiet"])
    fetch(what, [*privilege, *command], DEBIAN_FRONTEND="noninteractive")


def _missing(wanted: tuple[str, ...]) -> list[str]:
    if not shutil.which("dpkg-query"):
        return ["a C++ compiler"] if not _has_compiler() else []
    missing = [package for package in wanted if not _is_installed(package)]
    if not _has_compiler():
        missing.append("g++")
    if not has_python_headers():
        missing.append("python3-dev")
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    return missing


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == "installed"


def _has_compiler() -> bool:
    return any(map(shutil.which, ("c++", "g++", "clang++", "cl")))


def _privilege() -> list[str] | None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    quiet = subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True, check=False)
    return ["sudo", "--non-interactive"] if quiet.returncode == 0 else None


def _check_compiler() -> None:
    if not _has_compiler():
        give_up("a C++20 compiler is needed: install g++, clang, Xcode or Visual Studio.")
