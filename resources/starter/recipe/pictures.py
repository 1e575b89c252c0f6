"""Render pictures ahead of the training: `python -m recipe.pictures --out DIR --shards N`."""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from recipe.casts import random_scene
from recipe.renderer import label_patches, letterbox, render

if TYPE_CHECKING:
    from recipe.scenes import Scene


SHARD_SIZE = 2000


def render_shard(seed: int, size: int) -> tuple[np.ndarray, np.ndarray, list[Scene]]:
    """Render `size` scenes: letterboxed pixels, patch labels, and the scenes themselves."""
    rng = Random(seed)
    pixels, labels, scenes = [], [], []
    for _ in range(size):
        scene = random_scene(rng)
        pixels.append(letterbox(render(scene, rng)))
        labels.append(label_patches(scene))
        scenes.append(scene)
    return np.stack(pixels), np.stack(labels), scenes


def write_shard(folder: Path, number: int) -> None:
    """Render one shard and put it into place; the scenes are renamed last, so a reader waits."""
    pixels, labels, scenes = render_shard(1000 + number, SHARD_SIZE)
    stem = folder / f"shard-{number:04d}"
    np.save(f"{stem}.pixels.npy", pixels)
    np.save(f"{stem}.labels.npy", labels)
    unfinished = Path(f"{stem}.scenes.part")
    unfinished.write_bytes(pickle.dumps(scenes))
    unfinished.rename(f"{stem}.scenes.pkl")


def main() -> None:
    """Render the shards from `--first` on in steps of `--step`; shards that exist are skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number in range(options.first, options.shards, options.step):
        if not (options.out / f"shard-{number:04d}.scenes.pkl").exists():
            write_shard(options.out, number)


if __name__ == "__main__":
    main()
