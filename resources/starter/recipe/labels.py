"""What the vision tower is taught about each patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recipe.kinds import CHARACTERS, KIND_NUMBERS, KINDS
from recipe.palette import COLOURS
from recipe.scenes import LETTERBOX, zone_of

if TYPE_CHECKING:
    from recipe.scenes import Item, Scene

PATCH_LABELS = {
    "kind": len(KINDS) + 1,
    "colour": len(COLOURS) + 1,
    "zone": 10,
    "same_kind": 8,
    "same_colour": 8,
    "size": 6,
    "ground": len(COLOURS) + 2,
    "total": 8,
    "character": len(CHARACTERS) + 1,
}
GROUND, TOTAL, CHARACTER = (list(PATCH_LABELS).index(n) for n in ("ground", "total", "character"))
MOST_PARTS = 6  # items of a picture, letters of a word


def scene_attributes(scene: Scene) -> np.ndarray:
    """One row of label values for the ground and each part, in the order of PATCH_LABELS.

    Parts are the items, or the letters of what is written; [7, labels], int16.
    """
    table = np.zeros((1 + MOST_PARTS, len(PATCH_LABELS)), np.int16)
    table[:, GROUND] = ground_label(scene)
    table[:, TOTAL] = len(scene.items) if scene.recognisable else 7
    row = 1
    for item in scene.items:
        for letter in item.text.upper() if item.face else " ":
            table[row, :GROUND] = item_labels(item, scene)
            table[row, CHARACTER] = CHARACTERS.find(letter) + 1
            row += 1
    return table


def ground_label(scene: Scene) -> int:
    """Number the ground's colour from 1; the last is a gradient, 0 is static."""
    if scene.ground.name:
        return COLOURS.index(scene.ground.name) + 1
    return len(COLOURS) + 1 if scene.recognisable else 0


def item_labels(item: Item, scene: Scene) -> tuple[int, ...]:
    """Kind, colour, zone, how many are alike, and the size in five steps."""
    share = item.size / max(scene.width, scene.height) * LETTERBOX
    return (
        KIND_NUMBERS[item.kind],
        COLOURS.index(item.colour) + 1 if item.colour else 0,
        zone_of(item, scene) + 1,
        sum(other.kind == item.kind for other in scene.items),
        sum(other.colour == item.colour for other in scene.items),
        1 + min(4, int(np.log2(max(share, 8) / 8) / 0.9)),
    )
