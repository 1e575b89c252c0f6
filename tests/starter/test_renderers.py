"""Every rasteriser paints the same scene, and the labels lie where it was painted."""

from random import Random

import numpy as np
import pytest
from PIL import Image
from recipe.casts import random_scene
from recipe.held_out import plain_scene
from recipe.kinds import KIND_NUMBERS, SHAPES
from recipe.labels import PATCH_LABELS, scene_attributes
from recipe.outlines import outline
from recipe.qt_renderer import render_with_qt
from recipe.renderer import (
    GRID,
    LETTERBOX_FILL,
    cover_cells,
    draw_jagged,
    draw_supersampled,
    draw_with_distances,
    label_patches,
    letterbox,
)
from recipe.scenes import Ground, Item, Scene, focused, theme_of
from recipe.wear import compressed

WHITE, RED = (255, 255, 255), (220, 20, 60)
ROUGHLY = 3  # of a channel
UPRIGHT = [kind for kind in SHAPES if kind != "moon"]  # Qt's moon has its middle elsewhere


def scene_of(kind, **changes):
    """Give a picture of one item, a third of the way along the picture."""
    item = Item(kind, "red", RED, 80, 60, 60, **changes)
    return Scene(240, 180, Ground("plain", "white", WHITE, WHITE), [item])


def drawn(scene, how):
    picture = Image.new("RGB", (scene.width, scene.height), WHITE)
    if how == "jagged":
        draw_jagged(picture, scene.items)
        return picture
    if how == "supersampled":
        return draw_supersampled(picture, scene.items, factor=3)
    if how == "distances":
        return draw_with_distances(picture, scene.items, softness=1.0)
    return render_with_qt(scene, Random(1))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("how", ["jagged", "supersampled", "distances", "qt"])
@pytest.mark.parametrize("kind", UPRIGHT)
def test_an_item_is_where_its_scene_says(how, kind):
    picture = drawn(scene_of(kind), how)
    assert picture.getpixel((80, 62)) == pytest.approx(RED, abs=ROUGHLY)
    for outside in ((5, 5), (230, 170), (160, 60), (80, 120)):
        assert picture.getpixel(outside) == WHITE


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("kind", UPRIGHT)
def test_rasterisers_agree_on_turned_shapes(kind):
    scene = scene_of(kind, angle=25.0, aspect=0.6 if kind in ("oval", "rectangle") else 1.0)
    pictures = [drawn(scene, how) for how in ("supersampled", "distances", "qt")]
    red = [np.asarray(picture, int)[..., 1] < 128 for picture in pictures]
    alike = [(red[0] & other).sum() / (red[0] | other).sum() for other in red[1:]]
    assert alike[0] > 0.9
    assert alike[1] > 0.75  # Qt's hearts have curves of their own


def test_hollow_shapes_are_empty():
    picture = drawn(scene_of("square", stroke=4.0), "jagged")
    assert picture.getpixel((80, 60)) == WHITE
    assert picture.getpixel((50, 60)) == RED


def test_a_hand_wobbles_a_little():
    steady, by_hand = (
        outline(scene_of("circle").items[0]),
        outline(scene_of("circle", wobble=5).items[0]),
    )
    radii = np.hypot(*(by_hand - (80, 60)).T)
    assert len(by_hand) > len(steady)
    assert 0.5 < np.abs(radii - 30).max() < 9


def test_patches_know_what_covers_them():
    scene = scene_of("star")
    labels = label_patches(scene).reshape(GRID, GRID)
    # The picture fills the square's width: 192 / 240 of its size, 24 rows down.
    column, row = int(80 * 0.8 / 24), int((60 * 0.8 + 24) / 24)
    assert labels[row, column] == 1
    assert labels[-1].max() == 0
    names = list(PATCH_LABELS)
    table = scene_attributes(scene)
    assert table[1, names.index("kind")] == KIND_NUMBERS["star"]
    assert table[1, names.index("zone")] == 2 + 3  # the middle third across, the upper one down
    assert table[0, names.index("total")] == 1


def test_covered_cells_have_the_area_of_the_item():
    cells = cover_cells(scene_of("square"))
    assert (cells > 0).sum() * 16 == pytest.approx((60 * 0.8) ** 2, rel=0.2)


def test_a_picture_is_padded_to_a_square():
    pixels = letterbox(Image.new("RGB", (240, 120), WHITE))
    assert pixels.shape == (192, 192, 3)
    assert tuple(pixels[0, 0]) == LETTERBOX_FILL
    assert tuple(pixels[96, 96]) == WHITE


def test_plain_scenes_keep_their_items():
    scene = scene_of("star", stroke=3.0)
    plain = plain_scene(scene)
    assert (plain.width, plain.height) == (640, 480)
    assert plain.items[0].stroke == 0
    assert plain.items[0].x / 640 == pytest.approx(80 / 240)


def test_what_is_outside_the_focus_is_unknown():
    scene = random_scene(Random(3), "things")
    assert theme_of(scene) == "things"
    assert theme_of(focused(scene, ("shapes",))) == "stranger"
    assert focused(scene, ("shapes", "things")) is scene


def test_compression_keeps_the_size():
    assert compressed(Image.new("RGB", (33, 21), RED), 40).size == (33, 21)
