"""Where embeddings of pictures are kept from run to run, and what they depend on."""

from __future__ import annotations

import contextlib
import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from perhaps import _engine

if TYPE_CHECKING:
    from perhaps.inference.protocol import LoadOptions, ModelPair

BUDGET = 2 * 1024**3
"""Bytes; about two thousand pictures of a 7B model."""
SAMPLE = 1024**2
"""Bytes of a projector's beginning and end: its metadata, and weights that training changes."""


def disk_cache_options(
    pair: ModelPair, options: LoadOptions, folder: Path | None
) -> _engine.DiskCacheOptions:
    """Give the engine's form: nothing where there is no projector or no wish.

    Without a folder, they are kept under the user's cache folder.
    """
    if not pair.projector or not options.disk_cache:
        return _engine.DiskCacheOptions()
    root = folder or user_cache_path("perhaps", appauthor=False) / "embeddings"
    # What cannot be made is told by the engine, once it has something to keep.
    with contextlib.suppress(OSError):
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    fingerprint = _fingerprint(Path(pair.projector), options)
    return _engine.DiskCacheOptions(os.fsencode(root), fingerprint, BUDGET)


def _fingerprint(projector: Path, options: LoadOptions) -> str:
    digest = hashlib.sha256(version("llama-cpp-python").encode())
    digest.update(f"{options.vision_device} {options.flash_attention}".encode())
    with projector.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest.update(size.to_bytes(8))
        for start in (0, max(0, size - SAMPLE)):
            file.seek(start)
            digest.update(file.read(SAMPLE))
    return digest.hexdigest()[:32]
