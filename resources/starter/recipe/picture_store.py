"""Rendered pictures on disk, with the labels that the vision tower is taught."""

from __future__ import annotations

import pickle
import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from recipe.labels import PATCH_LABELS, scene_attributes
from recipe.renderer import FINE, GRID, cover_cells
from recipe.scenes import LETTERBOX, Scene, focused, theme_of

if TYPE_CHECKING:
    from pathlib import Path

ZONE = list(PATCH_LABELS).index("zone")
MIRRORED_ZONES = np.array([0, 3, 2, 1, 6, 5, 4, 9, 8, 7], np.int16)


class PictureStore:
    """The shards of a folder; shards that are still being rendered join at `refresh`.

    `mix` says how often each theme is drawn; what is outside the `focus` counts as unknown.
    Of several stores (`part` is which of how many) each opens its own share of the shards.
    """

    def __init__(
        self,
        folder: Path,
        mix: dict[str, float],
        focus: tuple[str, ...],
        part: tuple[int, int] = (0, 1),
    ) -> None:
        self.folder, self.mix, self.focus, self.part = folder, mix, focus, part
        self.pixels: list[np.ndarray] = []
        self.scenes: list[list[Scene]] = []
        self.attributes: list[np.ndarray] = []
        self.patches: list[np.ndarray] = []
        self.opened: set[Path] = set()
        self.kept: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.easy: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.refresh()

    def refresh(self) -> None:
        """Open the shards that have been finished since the last look."""
        number, parts = self.part
        for path in sorted(set(self.folder.glob("*.scenes.pkl")) - self.opened):
            self.opened.add(path)
            if shard_number(path) % parts != number:
                continue
            stem = str(path).removesuffix(".scenes.pkl")
            drawn = pickle.loads(path.read_bytes())  # noqa: S301 - written by this recipe
            scenes = [focused(scene, self.focus) for scene in drawn]
            self.pixels.append(np.load(stem + ".pixels.npy", mmap_mode="r"))
            self.patches.append(np.load(stem + ".labels.npy").reshape(len(scenes), -1))
            self.attributes.append(np.stack([scene_attributes(scene) for scene in scenes]))
            self.scenes.append(scenes)
            self.sort_in(len(self.pixels) - 1, drawn)

    def wait(self) -> None:
        """Wait until there is a picture to draw."""
        while not (self.kept and self.easy):
            time.sleep(1)
            self.refresh()

    def sort_in(self, shard: int, drawn: list[Scene]) -> None:
        """Remember the scenes of a shard by their themes."""
        for row, scene in enumerate(drawn):
            theme = theme_of(scene)
            self.kept[theme].append((shard, row))
            if is_easy(scene):
                self.easy[theme].append((shard, row))

    def places(self, size: int, rng: np.random.Generator, *, easy: bool) -> list[tuple[int, int]]:
        """Draw so many places of pictures, the themes as the mix says."""
        pools = self.easy if easy else self.kept
        weights = np.array([self.mix.get(theme, 0.0) for theme in pools])
        themes = rng.choice(list(pools), size, p=weights / weights.sum())
        return [pools[theme][rng.integers(len(pools[theme]))] for theme in themes]

    def draw(
        self, size: int, rng: np.random.Generator, *, easy: bool = False
    ) -> tuple[Tensor, dict[str, Tensor], list[Scene]]:
        """Draw a batch: pixels, patch labels, scenes."""
        places = self.places(size, rng, easy=easy)
        scenes = [self.scenes[s][r] for s, r in places]
        lettered = np.array([any(item.face for item in scene.items) for scene in scenes])
        turned = (rng.random(size) < 0.5) & ~lettered
        pixels = np.stack(
            [self.pixels[s][r][:, :: 1 - 2 * t] for (s, r), t in zip(places, turned, strict=True)]
        )
        patches = np.stack([self.patches[s][r] for s, r in places]).reshape(size, GRID, GRID)
        patches = np.where(turned[:, None, None], patches[:, :, ::-1], patches).reshape(size, -1)
        table = np.stack([self.attributes[s][r] for s, r in places])
        table[turned, :, ZONE] = MIRRORED_ZONES[table[turned, :, ZONE]]
        labels = patch_labels(patches, table)
        labels["cover"] = torch.from_numpy(covers(scenes, turned))
        scenes = [mirrored(scene) if t else scene for scene, t in zip(scenes, turned, strict=True)]
        return torch.from_numpy(pixels), labels, scenes


def shard_number(path: Path) -> int:
    """The number in a shard's name."""
    return int(path.name.split(".")[0].removeprefix("shard-"))


def patch_labels(patches: np.ndarray, table: np.ndarray) -> dict[str, Tensor]:
    """Look every patch's part up; small ones weigh more than their few patches would."""
    values = np.take_along_axis(table, patches[..., None].astype(np.int64), axis=1)
    labels = {
        name: torch.from_numpy(values[..., column].astype(np.int64))
        for column, name in enumerate(PATCH_LABELS)
    }
    sizes = (patches[:, :, None] == patches[:, None, :]).sum(-1)
    weights = np.where(patches > 0, sizes**-0.5, 0.05).astype(np.float32)
    return labels | {"weight": torch.from_numpy(weights)}


def covers(scenes: list[Scene], turned: np.ndarray) -> np.ndarray:
    """The fine cells that items cover, mirrored where the picture is."""
    cells = np.stack([cover_cells(scene) for scene in scenes]) > 0
    squares = cells.reshape(-1, GRID, GRID, FINE, FINE)
    mirror = squares[:, :, ::-1, :, ::-1]
    return (
        np.where(turned[:, None, None, None, None], mirror, squares)
        .reshape(cells.shape)
        .astype(np.float32)
    )


def mirrored(scene: Scene) -> Scene:
    """The scene of the picture seen in a mirror, as far as questions go."""
    return replace(scene, items=[replace(i, x=scene.width - i.x) for i in scene.items])


def is_easy(scene: Scene) -> bool:
    """Tell whether a scene is one to begin with: one or two filled items, large enough."""
    scale = LETTERBOX / max(scene.width, scene.height)
    large = all(item.size * scale > 45 and not item.stroke for item in scene.items)
    return large and 1 <= len(scene.items) <= 2
