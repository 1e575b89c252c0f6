from __future__ import annotations

import numpy as np

from perhaps.inference.protocol import ImagePixels
from perhaps.inference.serving.picture_shelf import PictureShelf


def image(key: str) -> ImagePixels:
    return ImagePixels(np.zeros((1, 1, 3), np.uint8), key, (1, 1))


def shelf_of(keys: str, capacity: int) -> PictureShelf:
    shelf = PictureShelf(capacity)
    for key in keys:
        shelf.add(image(key))
    return shelf


def test_takes_what_is_held():
    assert set(shelf_of("abc", 3).take("bx")) == {"b"}


def test_request_with_more_pictures_than_capacity_finds_them_all():
    assert set(shelf_of("abcde", 2).take("abcde")) == set("abcde")


def test_forgets_the_least_recently_used():
    shelf = shelf_of("abc", 2)
    shelf.take("a")
    assert set(shelf.take("abc")) == {"a", "c"}


def test_adding_again_is_using():
    shelf = shelf_of("aba", 1)
    shelf.take("")
    assert set(shelf.take("ab")) == {"a"}
