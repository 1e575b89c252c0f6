import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.probability.evidence import RASTER, SIDES, EvidenceMap, Tile, level, next_side, peak

sides = st.sampled_from(SIDES)


@given(sides, st.integers(1, 700), st.integers(1, 700))
def test_the_tiles_of_a_level_cover_each_pixel_once(side, width, height):
    covered = np.zeros((height, width), int)
    for tile in level(side):
        left, top, right, bottom = tile.box(width, height)
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@given(sides)
def test_the_tiles_of_a_level_cover_each_cell_once(side):
    covered = np.zeros((RASTER, RASTER), int)
    for tile in level(side):
        covered[tile.cells()] += 1
    assert (covered == 1).all()


def scored(loss_of):
    found = EvidenceMap([-0.1, -0.2])
    for side in (2, 3, 4):
        for tile in level(side):
            found.add(tile, found.untouched - loss_of(tile))
    return found


def hides(tile, x, y):
    """Whether a tile lies over a point, both 0 to 1."""
    rows, columns = tile.cells()
    row, column = int(y * RASTER), int(x * RASTER)
    return rows.start <= row < rows.stop and columns.start <= column < columns.stop


@given(st.floats(0, 0.999), st.floats(0, 0.999))
def test_what_every_covering_tile_takes_is_where_the_map_peaks(x, y):
    found = scored(lambda tile: [3.0, 0.5] if hides(tile, x, y) else [0.0, 0.0])
    losses = found.losses()
    assert losses.max() == pytest.approx(3.5)
    assert losses[int(y * RASTER), int(x * RASTER)] == pytest.approx(3.5)
    found_x, found_y = peak(losses)
    assert abs(found_x - x) < 1 / 4
    assert abs(found_y - y) < 1 / 4


def test_a_token_has_a_map_of_its_own():
    found = scored(lambda tile: [1.0, -2.0])
    assert np.allclose(found.losses(0), 1.0)
    assert np.allclose(found.losses(1), -2.0)
    assert np.allclose(found.losses(), -1.0)


def test_a_map_that_has_begun_knows_only_what_was_covered():
    found = EvidenceMap([-1.0])
    assert np.isnan(found.losses()).all()
    found.add(Tile(2, 0, 0), [-3.0])
    losses = found.losses()
    assert np.allclose(losses[: RASTER // 2, : RASTER // 2], 2.0)
    assert np.isnan(losses[RASTER // 2 :]).all()
    assert (found.finest, len(found)) == (2, 1)
    assert peak(losses) == pytest.approx((0.25, 0.25), abs=1 / RASTER)


def test_a_cell_tells_what_each_tile_over_it_took():
    found = scored(lambda tile: [float(tile.side), 0.0])
    told = found.loss_at(0, RASTER - 1)
    assert [tile for tile, _ in told] == [Tile(2, 0, 1), Tile(3, 0, 2), Tile(4, 0, 3)]
    assert [loss for _, loss in told] == pytest.approx([2.0, 3.0, 4.0])


def test_levels_follow_while_there_is_time():
    assert next_side(0, 0, 0.0, 0.0) == SIDES[0]
    assert next_side(2, 4, elapsed=4.0, budget=13.0) == 3
    assert next_side(2, 4, elapsed=4.0, budget=12.9) is None
    assert next_side(SIDES[-1], 999, elapsed=1.0, budget=1e9) is None
