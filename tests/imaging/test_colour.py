"""Every colour mode becomes opaque sRGB on white."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from perhaps.imaging import read_image
from tests.imaging.pictures import corners, encode, noise, raw_png


def first_pixel(data: bytes) -> list[int]:
    return read_image(data).pixels[0, 0].tolist()


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGBA", (255, 0, 0, 0), [255, 255, 255]),
        ("RGBA", (255, 0, 0, 255), [255, 0, 0]),
        ("RGBA", (0, 0, 0, 51), [204, 204, 204]),
        ("LA", (0, 0), [255, 255, 255]),
        ("LA", (0, 51), [204, 204, 204]),
        ("L", 77, [77, 77, 77]),
        ("1", 0, [0, 0, 0]),
        ("1", 1, [255, 255, 255]),
    ],
)
def test_transparency_lies_on_white(mode, colour, seen):
    assert first_pixel(encode(Image.new(mode, (3, 3), colour))) == seen


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_colour_is_white(kind):
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 10, 10])
    assert first_pixel(encode(image, "PNG")) == [200, 10, 10]
    assert first_pixel(encode(image, kind, transparency=1)) == [255, 255, 255]


def test_a_palette_with_half_transparent_colours():
    image = Image.new("P", (2, 2), 1)
    image.putpalette([0, 0, 0, 0, 0, 0])
    assert first_pixel(encode(image, transparency=b"\xff\x33")) == [204, 204, 204]


def test_a_transparent_rgb_colour_is_white_and_its_neighbours_are_not():
    rows = bytes([10, 20, 30, 10, 20, 31])
    data = raw_png(2, 1, 2, 8, rows, struct.pack(">HHH", 10, 20, 30))
    assert read_image(data).pixels.tolist() == [[[255] * 3, [10, 20, 31]]]


def test_a_transparent_grey_is_white():
    data = raw_png(2, 1, 0, 8, bytes([7, 8]), struct.pack(">H", 7))
    assert read_image(data).pixels.tolist() == [[[255] * 3, [8] * 3]]


def test_sixteen_bit_grey_is_scaled_and_not_clipped():
    values = np.array([[0, 257, 32896, 65535]], ">u2")
    data = raw_png(4, 1, 0, 16, values.tobytes())
    assert read_image(data).pixels[0, :, 0].tolist() == [0, 1, 128, 255]


def test_a_transparent_sixteen_bit_grey_is_white():
    values = np.array([[1000, 1001]], ">u2")
    data = raw_png(2, 1, 0, 16, values.tobytes(), struct.pack(">H", 1000))
    assert read_image(data).pixels[0, :, 0].tolist() == [255, 4]


def test_sixteen_bit_colour_is_scaled():
    values = np.array([[0, 32896, 65535]], ">u2")
    assert first_pixel(raw_png(1, 1, 2, 16, values.tobytes())) == [0, 128, 255]


def test_a_transparent_sixteen_bit_colour_is_white():
    values = np.array([[0, 32896, 65535, 9, 9, 9]], ">u2")
    data = raw_png(2, 1, 2, 16, values.tobytes(), values[:, :3].tobytes())
    assert read_image(data).pixels.tolist() == [[[255] * 3, [0] * 3]]


def test_sixteen_bit_tiff_in_both_byte_orders():
    grey = Image.fromarray(np.array([[0, 32896, 65535]], np.uint16))
    assert read_image(encode(grey, "TIFF")).pixels[0, :, 0].tolist() == [0, 128, 255]
    big = Image.fromarray(np.array([[0, 32896, 65535]], ">u2"))
    assert read_image(encode(big, "TIFF")).pixels[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_measurements_span_black_to_white(dtype):
    measured = Image.fromarray(np.array([[-1000, 0, 1000]], dtype))
    assert read_image(encode(measured, "TIFF")).pixels[0, :, 0].tolist() == [0, 128, 255]


def test_measurements_without_a_number_are_black():
    measured = Image.fromarray(np.array([[np.nan, 1.0, np.inf, 3.0]], np.float32))
    assert read_image(encode(measured, "TIFF")).pixels[0, :, 0].tolist() == [0, 0, 255, 255]


def test_constant_measurements_are_one_grey():
    flat = Image.fromarray(np.full((3, 3), 5.0, np.float32))
    assert np.unique(read_image(encode(flat, "TIFF")).pixels).tolist() == [0]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile(kind):
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red, green, blue = first_pixel(encode(ink, kind))
    assert red > 200
    assert max(green, blue) < 60


def test_lab_becomes_srgb():
    lab = Image.new("LAB", (4, 4), (255, 128, 128))  # lightness 100, no colour
    assert min(first_pixel(encode(lab, "TIFF"))) >= 250


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_srgb_profile_changes_nothing(mode):
    image = noise(16, 16).convert(mode)
    with_profile = encode(image, icc_profile=profile("sRGB"))
    difference = read_image(with_profile).pixels.astype(int) - read_image(encode(image)).pixels
    assert np.abs(difference).max() <= 1


def test_another_profile_is_converted(wide_gamut_profile):
    image = Image.new("RGB", (4, 4), (200, 100, 50))
    red, green, _ = first_pixel(encode(image, icc_profile=wide_gamut_profile))
    assert (red, green) != (200, 100)


def test_a_profile_is_applied_below_transparency(wide_gamut_profile):
    opaque = Image.new("RGBA", (4, 4), (200, 100, 50, 255))
    plain = Image.new("RGB", (4, 4), (200, 100, 50))
    assert first_pixel(encode(opaque, icc_profile=wide_gamut_profile)) == first_pixel(
        encode(plain, icc_profile=wide_gamut_profile)
    )


@pytest.mark.parametrize("broken", [b"nonsense", b"\x00" * 200, profile("XYZ")[:150]])
def test_a_broken_profile_is_ignored(broken):
    assert read_image(encode(corners(), icc_profile=broken)) == read_image(encode(corners()))


def test_a_profile_of_other_channels_is_ignored():
    assert read_image(encode(corners(), icc_profile=profile("LAB"))) == read_image(
        encode(corners())
    )


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_converted(mode):
    linear = encode(Image.new("L", (4, 4), 55).convert(mode), icc_profile=grey_profile(gamma=1))
    assert first_pixel(linear) == pytest.approx([128] * 3, abs=2)  # sRGB of 55 / 255


def test_a_grey_profile_takes_no_colour_away():
    assert read_image(encode(corners(), icc_profile=grey_profile(gamma=1))) == read_image(
        encode(corners())
    )


def grey_profile(gamma: int) -> bytes:
    """The least that an ICC profile of a grey scale may hold."""
    d50 = struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    white = b"XYZ " + bytes(4) + d50
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, gamma << 8, 0)
    tags = struct.pack(">I", 2) + struct.pack(">4sII4sII", b"wtpt", 156, 20, b"kTRC", 176, 16)
    header = struct.pack(
        ">I4sI4s4s4s12s4s28s12s", 192, b"lcms", 0x02400000, b"mntr", b"GRAY", b"XYZ ",
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp", bytes(28), d50,
    )  # fmt: skip
    return header.ljust(128, b"\0") + tags + white + curve


@pytest.fixture
def wide_gamut_profile() -> bytes:
    """A profile with swapped red and green primaries: sRGB with two tags exchanged."""
    data = bytearray(profile("sRGB"))
    red, green = data.index(b"rXYZ", 128), data.index(b"gXYZ", 128)
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)
