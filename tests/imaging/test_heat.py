import numpy as np
import pytest

from perhaps.imaging.heat import AGAINST, FOR, greyed, overlay, strongest, tinted


def test_hue_tells_the_sign_and_opacity_the_size():
    colours = overlay(np.array([[2.0, 1.0], [-2.0, 0.0]]), 2.0)
    assert tuple(colours[0, 0]) == (*FOR, 255)
    assert tuple(colours[0, 1]) == (*FOR, 128)
    assert tuple(colours[1, 0]) == (*AGAINST, 255)
    assert colours[1, 1, 3] == 0


def test_what_is_not_known_stays_clear():
    changes = np.array([[np.nan, 1.0]])
    assert strongest(changes) == 1.0
    assert overlay(changes, 1.0)[0, 0, 3] == 0


def test_a_map_without_changes_leaves_the_picture_grey():
    pixels = np.full((3, 4, 3), (255, 0, 0), np.uint8)
    assert strongest(np.full((2, 2), np.nan)) == 0.0
    assert (tinted(pixels, np.zeros((2, 2)), 1.0) == greyed(pixels)).all()
    assert greyed(pixels)[0, 0].tolist() == [76, 76, 76]


def test_a_map_is_stretched_over_the_picture():
    shown = tinted(np.zeros((4, 6, 3), np.uint8), np.array([[1.0, 0.0]]), 1.0)
    assert (shown[:, :3] == FOR).all()
    assert (shown[:, 3:] == 0).all()


@pytest.mark.parametrize("opacity", [0.0, 0.5])
def test_opacity_lets_the_picture_through(opacity):
    shown = tinted(np.full((2, 2, 3), 100, np.uint8), np.array([[1.0]]), opacity)
    expected = np.round(100 * (1 - opacity) + np.array(FOR) * opacity)
    assert (shown == expected).all()
