"""Vulkan headers that are new enough for ggml, beside the system and never in it.

Debian 12 brings headers of 2023, which know nothing of VkLayerSettingEXT. Its successor's
are fetched through apt, from the very archive that this machine is configured for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from environment import UnavailableError, fetch, run, say

PACKAGES = ("libvulkan-dev", "spirv-headers")
NEWER_SUITE = "trixie"
NEEDED_TYPE = "VkLayerSettingEXT"
SYSTEM_HEADERS = Path("/usr/include/vulkan/vulkan_core.h")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TOO_OLD = "The Vulkan headers here are too old; install the Vulkan SDK and set VULKAN_SDK to it."


def cmake_arguments(cache: Path) -> list[str]:
    """Tell CMake where the headers are; nothing where the system's own will do.

    Raises UnavailableError where they cannot be had.
    """
    if _are_new(SYSTEM_HEADERS) or "VULKAN_SDK" in os.environ:
        return []
    prefix = cache / f"vulkan-headers-{NEWER_SUITE}" / "usr"
    if not _are_new(prefix / "include" / "vulkan" / "vulkan_core.h"):
        _fetch(prefix.parent)
    return [
        f"-DVulkan_INCLUDE_DIR={prefix / 'include'}",
        f"-DVulkan_LIBRARY={_loader()}",
        f"-DCMAKE_PREFIX_PATH={prefix}",
    ]


def include_folder(cache: Path) -> Path:
    """Give the folder to compile other things for Vulkan with."""
    fetched = cache / f"vulkan-headers-{NEWER_SUITE}" / "usr" / "include"
    return fetched if fetched.is_dir() else SYSTEM_HEADERS.parents[1]


def _are_new(header: Path) -> bool:
    return header.is_file() and NEEDED_TYPE in header.read_text(encoding="utf-8")


def _loader() -> Path:
    """The development package has a link to link with; the library itself will do as well."""
    # Of the system, not one that a browser brings along.
    found = sorted(Path("/usr/lib").glob("*-linux-gnu*/libvulkan.so.1"))
    if not found:
        raise UnavailableError("The Vulkan loader is missing; install the package libvulkan1.")
    return found[0]


def _fetch(folder: Path) -> None:
    archive = _archive()
    say(f"fetching Vulkan headers of Debian's {NEWER_SUITE} ...")
    apt = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    signature = f"[signed-by={KEYRING}] " if KEYRING.is_file() else ""
    source = f"deb {signature}{archive} {NEWER_SUITE} main\n"
    (apt / "sources.list").write_text(source, encoding="utf-8")
    options = [
        option
        for setting in (
            f"Dir::Etc::sourcelist={apt / 'sources.list'}",
            "Dir::Etc::sourceparts=/dev/null",
            f"Dir::State::lists={apt / 'lists'}",
            "Dir::State::status=/dev/null",
            f"Dir::Cache={apt / 'cache'}",
            "APT::Sandbox::User=",
        )
        for option in ("-o", setting)
    ]
    what = f"Vulkan headers of Debian's {NEWER_SUITE}"
    fetch(what, ["apt-get", "--quiet", *options, "update"])
    fetch(what, ["apt-get", "--quiet", *options, "download", *PACKAGES], at=apt)
    for package in apt.glob("*.deb"):
        run(["dpkg-deb", "--extract", str(package), str(folder)])
    shutil.rmtree(apt)


def _archive() -> str:
    """Ask apt for the Debian archive that it is configured for."""
    if not shutil.which("apt-get"):
        raise UnavailableError(TOO_OLD)
    query = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(SITE)"]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    for line in answer.stdout.splitlines():
        origin, label, *site = line.split()
        if (origin, label) == ("Debian", "Debian") and site:
            return site[0]
    raise UnavailableError(TOO_OLD)
