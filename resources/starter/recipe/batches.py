"""Batches of pictures, labels and chats, made ahead by other processes where a GPU waits."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from recipe.casts import THEMES
from recipe.chats import talk_about
from recipe.patch_words import patch_words
from recipe.picture_store import PictureStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import torch

REFRESH_SECONDS = 30.0
OUTSIDE = 0.04  # of how often a theme comes, where it is outside the focus
Batch = dict[str, object]


class Batches(IterableDataset):
    """An endless stream: pixels, labels, and chats about the pictures where they are wanted."""

    def __init__(
        self,
        pictures: Path,
        size: int,
        seed: list[int],
        mix: dict[str, float],
        focus: tuple[str, ...],
        *,
        easy: bool,
        chats: bool,
    ) -> None:
        self.pictures, self.size, self.seed = pictures, size, seed
        self.mix, self.focus, self.easy, self.chats = mix, focus, easy, chats

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        part = (worker.id, worker.num_workers) if worker else (0, 1)
        rng = np.random.default_rng([*self.seed, part[0]])
        store, looked = PictureStore(self.pictures, self.mix, self.focus, part), time.monotonic()
        store.wait()
        while True:
            if time.monotonic() - looked > REFRESH_SECONDS:
                store.refresh()
                looked = time.monotonic()
            pixels, labels, scenes = store.draw(self.size, rng, easy=self.easy)
            labels["words"] = patch_words(labels)
            batch: Batch = {"pixels": pixels, "labels": labels}
            if self.chats:
                batch["chats"] = talk_about(Random(int(rng.integers(2**62))), scenes)
            yield batch


def stream(batches: Batches, workers: int) -> Iterator[Batch]:
    """Iterate over batches, made by so many processes and pinned for the GPU if there are any."""
    return iter(
        DataLoader(
            batches,
            batch_size=None,
            num_workers=workers,
            pin_memory=workers > 0,
            prefetch_factor=6 if workers else None,
        )
    )


def on_device(batch: object, device: torch.device) -> object:
    """Copy the tensors of a batch to a device, without waiting."""
    if isinstance(batch, dict):
        return {name: on_device(value, device) for name, value in batch.items()}
    return batch.to(device, non_blocking=True)


def mix_of(focus: Collection[str]) -> dict[str, float]:
    """How often each theme comes: what is outside the focus seldom, as something unknown."""
    known = {*focus, "blank", "static", "stranger"}
    mix = {theme: often * (1.0 if theme in known else OUTSIDE) for theme, often in THEMES.items()}
    return mix | {"mixed": THEMES["mixed"] if {"shapes", "things"} <= known else 0.0}
