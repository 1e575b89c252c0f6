"""A bad picture is refused with one sentence that says what to do."""

from __future__ import annotations

import os
import sys
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from perhaps.errors import ImageError
from perhaps.imaging import read_image
from perhaps.imaging.source import MAX_FILE_BYTES, shown_name
from tests.helpers.permissions import unreadable
from tests.imaging.pictures import corners, encode, noise, png, png_header


def outcome(data: bytes) -> str:
    try:
        image = read_image(data, "mutant")
    except ImageError as error:
        return "refused by name" if "“mutant”" in str(error) else str(error)
    return "bounded" if max(image.width, image.height) <= 2048 else str(image.pixels.shape)


def refusal(source, name=None) -> str:
    with pytest.raises(ImageError) as caught:
        read_image(source, name)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 200
    assert sentence.endswith(".")
    return sentence


def test_a_missing_file(tmp_path):
    sentence = refusal(tmp_path / "gone.png")
    assert sentence == "“gone.png” is not there any more: choose it again."


def test_a_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)
    assert "is a folder" in refusal(str(tmp_path) + os.sep)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
def test_a_file_that_may_not_be_read():
    with unreadable("secret.png", encode(corners())) as path:
        assert "“secret.png” may not be read" in refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "a device or a pipe" in refusal(tmp_path / "pipe.png")


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 5000 + ".png"])
def test_an_impossible_path(path):
    assert "cannot be read" in refusal(path)


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.png").touch()
    assert refusal(tmp_path / "empty.png") == refusal(b"", "empty.png")
    assert "is empty" in refusal(b"")


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.tiff"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)  # takes no space on the disk
    assert "the limit is 50 MB" in refusal(path)
    assert "the limit is 50 MB" in refusal(bytes(MAX_FILE_BYTES + 1))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"just a text", "is not a picture of a known kind"),
        (b"\x89PNG\r\n\x1a\n", "is not a picture of a known kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture of a known"),
        (b"<?xml version='1.0'?>\n<SVG xmlns='http://www.w3.org/2000/svg'/>", "export it as PNG"),
        (png_header(65_500, 65_500), "is too large"),
        (png_header(8001, 8001), "is too large (8001 × 8001 pixels)"),
        (png_header(2**31 - 1, 2**31 - 1), "is too large"),
        (png_header(20_000, 1), "is too thin"),
        (png_header(1, 65), "crop it"),
        (png_header(0, 5), "choose"),
        (png_header(16, 16), "is damaged"),
        (encode(noise(64, 64))[:5000], "is damaged"),
        (encode(noise(64, 64), "JPEG")[:1500], "is damaged"),
        (encode(noise(64, 64), "TIFF")[:5000], ""),
        (encode(noise(64, 64), "HEIF")[:900], ""),
        (encode(noise(64, 64), "WEBP")[:900], "is damaged"),
    ],
)
def test_bad_bytes(data, reason):
    assert reason in refusal(data, "photo.png")


def test_a_webp_has_a_lower_limit():
    large = Image.new("RGB", (5001, 5001))
    assert "smaller than 25 megapixels" in refusal(encode(large, "WEBP", lossless=True, method=0))


def test_a_pcx_is_not_parsed_at_all():
    assert "is not a picture of a known kind" in refusal(encode(corners(), "PCX"))


def test_a_text_bomb_in_a_png():
    bomb = b"Comment\x00\x00" + zlib.compress(bytes(80_000_000))
    assert "photo" in refusal(png([(b"IHDR", png_header(4, 4)[16:29]), (b"zTXt", bomb)]), "photo")


def test_a_jpeg_of_endless_passes():
    data = encode(corners(), "JPEG", progressive=True)
    scan = data[data.index(b"\xff\xda") : -2]
    assert "passes" in refusal(data[:-2] + scan * 200 + data[-2:])


def test_a_progressive_jpeg_is_fine():
    assert read_image(encode(corners(), "JPEG", progressive=True)).width == 32


def test_any_wrong_byte_of_a_tiff_warns_nobody():
    data = bytearray(encode(corners(), "TIFF"))
    assert read_image(bytes(data)).width == 32
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        for position in range(8, len(data)):
            data[position] ^= 0xFF
            assert outcome(bytes(data)) in ("bounded", "refused by name")
            data[position] ^= 0xFF
    assert not leaked


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF"])
def test_mutants_give_a_picture_or_a_sentence(kind):
    original = encode(noise(24, 24), kind)
    random = np.random.default_rng(2026)
    for _ in range(60):
        mutant = bytearray(original)
        for position in random.integers(0, len(mutant), 4):
            mutant[position] = random.integers(0, 256)
        assert outcome(bytes(mutant)) in ("bounded", "refused by name")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cat.png", "cat.png"),
        ("a\nb\x1b[31m.png", r"a\nb\x1b[31m.png"),
        ("gnp.\u202etac", r"gnp.\u202etac"),
        ("bad\udcff.png", r"bad\udcff.png"),
        ("猫 é.png", "猫 é.png"),
    ],
)
def test_names_are_safe_to_show(name, shown):
    assert shown_name(name) == shown


def test_long_names_keep_their_end():
    shown = shown_name("x" * 3000 + ".jpeg")
    assert len(shown) == 60
    assert "…" in shown


def test_only_the_last_part_of_a_path_is_shown(tmp_path):
    assert str(tmp_path) not in refusal(tmp_path / "gone.png")


def test_another_name_can_be_given(tmp_path):
    assert "“clipboard” is not there" in refusal(tmp_path / "tmp123", "clipboard")


def test_pillow_is_left_as_it_was():
    filters = list(warnings.filters)
    refusal(png_header(65_500, 65_500))
    read_image(encode(Image.new("RGB", (2, 2))))
    assert list(warnings.filters) == filters
    assert Image.MAX_IMAGE_PIXELS == 89_478_485
