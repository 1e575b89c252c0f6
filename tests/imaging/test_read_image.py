"""What every readable picture comes out as."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from perhaps.imaging import LONGEST_SIDE, read_image
from tests.imaging.pictures import corners, encode, noise


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG", "HEIF"])
def test_every_kind_gives_the_same_picture(kind):
    original = np.asarray(corners()).astype(int)
    lossless = {"lossless": True} if kind == "WEBP" else {}
    image = read_image(encode(corners(), kind, **lossless))
    tolerance = 60 if kind in ("JPEG", "HEIF") else 0
    inner = (slice(2, 6), slice(2, 14))  # away from the edges, which JPEG blurs
    assert np.abs(image.pixels[inner].astype(int) - original[inner]).max() <= tolerance
    assert image.pixels.shape == (16, 32, 3)


def test_the_pixels_are_plain_and_cannot_change():
    image = read_image(encode(corners()))
    assert image.pixels.dtype == np.uint8
    assert image.pixels.flags.c_contiguous
    assert (image.width, image.height, image.source_size) == (32, 16, (32, 16))
    with pytest.raises(ValueError, match="WRITEABLE"):
        image.pixels.setflags(write=True)


def test_the_key_is_the_hash_of_shape_and_pixels():
    image = read_image(encode(corners()))
    shape = (32).to_bytes(8, "little") + (16).to_bytes(8, "little")
    assert image.key == hashlib.sha256(shape + image.pixels.tobytes()).hexdigest()


def test_the_same_pixels_from_other_files_are_equal():
    assert read_image(encode(corners(), "PNG")) == read_image(encode(corners(), "BMP"))


def test_the_same_bytes_in_another_shape_are_another_picture():
    wide, tall = Image.new("RGB", (4, 2)), Image.new("RGB", (2, 4))
    assert read_image(encode(wide)) != read_image(encode(tall))


def test_a_path_and_its_bytes_give_the_same(tmp_path):
    path = tmp_path / "ünïcode 画.png"
    path.write_bytes(encode(corners()))
    assert read_image(path) == read_image(str(path)) == read_image(path.read_bytes())


def test_small_pictures_keep_every_pixel():
    original = noise(LONGEST_SIDE, 33)
    assert np.array_equal(read_image(encode(original)).pixels, np.asarray(original))


def test_one_pixel_is_a_picture():
    assert read_image(encode(Image.new("RGB", (1, 1), "red"))).pixels.tolist() == [[[255, 0, 0]]]


@pytest.mark.parametrize(
    ("size", "bounded"),
    [((4096, 2048), (2048, 1024)), ((100, 6400), (32, 2048)), ((2049, 2049), (2048, 2048))],
)
def test_large_pictures_are_bounded_in_shape(size, bounded):
    image = read_image(encode(Image.new("RGB", size, "green"), compress_level=1))
    assert (image.width, image.height) == bounded
    assert image.source_size == size
    assert np.ptp(image.pixels.reshape(-1, 3), axis=0).tolist() == [0, 0, 0]


def test_bands_leave_no_seams():
    """Band by band is what Pillow's own filter does at once."""
    original = noise(4100, 1500)
    at_once = original.resize((2048, 749), Image.Resampling.LANCZOS)
    image = read_image(encode(original, compress_level=1))
    assert np.array_equal(image.pixels, np.asarray(at_once))


def test_a_large_jpeg_looks_like_its_png():
    ramp = np.linspace(0, 255, 6000, dtype=np.uint8)
    original = Image.fromarray(np.tile(ramp[:, None], (400, 1, 3)).reshape(400, 6000, 3))
    from_jpeg = read_image(encode(original, "JPEG", quality=95))
    from_png = read_image(encode(original, compress_level=1))
    assert from_jpeg.source_size == from_png.source_size == (6000, 400)
    assert np.abs(from_jpeg.pixels.astype(int) - from_png.pixels).max() <= 3


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_frame_stands_for_an_animation(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    lossless = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], **lossless)
    assert read_image(buffer.getvalue()).pixels[4, 4].tolist() == [255, 0, 0]
