import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from perhaps.imaging.occlude import cover, mean_colour
from perhaps.imaging.pixels import ImagePixels


def drawn(width, height, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return ImagePixels.from_rgb(pixels.tobytes(), (width, height), (2 * width, 2 * height))


edges = st.integers(-3, 12)


@given(st.integers(1, 9), st.integers(1, 9), edges, edges, edges, edges)
def test_only_the_box_is_covered(width, height, left, top, right, bottom):
    image = drawn(width, height)
    covered = cover(image, (left, top, right, bottom), np.array([1, 2, 3], np.uint8))
    rows, columns = np.mgrid[:height, :width]
    inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
    assert (covered.pixels[inside] == (1, 2, 3)).all()
    assert (covered.pixels[~inside] == image.pixels[~inside]).all()


def test_a_covered_picture_is_another_one_of_the_same_source():
    image = drawn(6, 4)
    covered = cover(image, (1, 1, 3, 3), mean_colour(image))
    assert covered.key != image.key
    assert covered.source_size == image.source_size
    assert cover(image, (2, 2, 2, 2), mean_colour(image)).key == image.key


def test_the_mean_is_that_of_all_pixels():
    pixels = np.zeros((10, 10, 3), np.uint8)
    pixels[:5] = (200, 100, 50)
    image = ImagePixels.from_rgb(pixels.tobytes(), (10, 10))
    assert mean_colour(image).tolist() == [100, 50, 25]
