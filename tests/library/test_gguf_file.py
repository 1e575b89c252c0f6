"""Reading what GGUF files say, and refusing what is none."""

from __future__ import annotations

import os
import struct
import sys
import time
import tracemalloc

import gguf
import pytest

from perhaps.errors import ModelError
from perhaps.library.gguf_file import read_gguf
from perhaps.library.gguf_parser import KEPT_STRING_BYTES, MAX_ARRAY_STRINGS, MAX_KEYS, MAX_TENSORS
from perhaps.library.tensor_encodings import ENCODINGS
from tests.helpers import gguf_bytes as g
from tests.helpers.model_maker import cached_pair
from tests.helpers.permissions import unreadable


@pytest.fixture
def write(tmp_path):
    def write_file(data: bytes, name: str = "model.gguf"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write_file


def refusal(path) -> str:
    with pytest.raises(ModelError) as caught:
        read_gguf(path)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_reads_what_the_reference_reader_reads():
    path, _ = cached_pair("tiny")
    ours, theirs = read_gguf(path), gguf.GGUFReader(path)
    for key, value in ours.values.items():
        assert value == theirs.get_field(key).contents(), key
    assert ours.array_lengths["tokenizer.ggml.tokens"] == 4096
    assert "tokenizer.ggml.tokens" not in ours.values
    sizes = {tensor.name: tensor.n_bytes for tensor in theirs.tensors}
    assert {name: tensor.size_bytes for name, tensor in ours.tensors.items()} == sizes
    shapes = {tensor.name: tuple(tensor.shape.tolist()) for tensor in theirs.tensors}
    assert {name: tensor.shape for name, tensor in ours.tensors.items()} == shapes


def test_encodings_are_those_of_ggml():
    # Q8_1 is never stored, and the size that the package has for it is that of an old layout.
    known = {int(kind): (kind.name, *size) for kind, size in gguf.GGML_QUANT_SIZES.items()}
    del known[gguf.GGMLQuantizationType.Q8_1]
    assert {number: ENCODINGS[number] for number in known} == known


def test_keeps_scalars_strings_and_small_arrays(write):
    path = write(
        g.header(
            [
                g.pair("a.whole", g.UINT64, 1 << 40),
                g.pair("a.flag", g.BOOL, True),
                g.pair("a.text", g.STRING, "Grüße"),
                g.array("a.numbers", g.INT32, [-1, 0, 7]),
                g.array("a.words", g.STRING, ["x", "", "yz"]),
                g.array("a.long", g.UINT8, [3] * 2000),
                g.pair("a.last", g.UINT32, 5),
            ]
        )
    )
    file = read_gguf(path)
    assert file.number("a.whole") == 1 << 40
    assert file.values["a.flag"] is True
    assert file.text("a.text") == "Grüße"
    assert file.values["a.numbers"] == (-1, 0, 7)
    assert file.array_lengths == {"a.numbers": 3, "a.words": 3, "a.long": 2000}
    assert file.number("a.last") == 5


def test_a_value_of_another_type_counts_as_missing(write):
    file = read_gguf(write(g.simple_file({"a.text": "12", "a.number": 12})))
    assert file.number("a.text") == 0
    assert file.text("a.number") == ""


def test_steps_over_very_long_strings(write):
    long = b"x" * (KEPT_STRING_BYTES + 1)
    file = read_gguf(write(g.header([g.pair("a.long", g.STRING, long), g.pair("b", g.UINT32, 1)])))
    assert "a.long" not in file.values
    assert file.number("b") == 1


@pytest.mark.parametrize("version", [2, 3])
def test_reads_both_versions(write, version):
    assert read_gguf(write(g.header([g.pair("b", g.UINT32, 1)], version=version))).number("b") == 1


@pytest.mark.parametrize("name", ["Modell für Grüße 模型.gguf", "with space.gguf", "é.gguf"])
def test_reads_files_with_any_name(write, name):
    assert read_gguf(write(g.simple_file({"a": 1}), name)).name == name


def test_refuses_a_missing_file(tmp_path):
    assert refusal(tmp_path / "gone.gguf").startswith("gone.gguf is missing")


def test_refuses_a_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_refuses_an_empty_file(write):
    assert "model.gguf is empty" in refusal(write(b""))


def test_refuses_a_path_that_no_system_takes(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "a\0b.gguf")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_refuses_a_pipe_without_waiting(tmp_path):
    path = tmp_path / "pipe.gguf"
    os.mkfifo(path)
    assert "not an ordinary file" in refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_refuses_an_unreadable_file(write):
    content = write(g.simple_file({"a": 1})).read_bytes()
    with unreadable("secret.gguf", content) as path:
        assert "cannot be read: Permission denied" in refusal(path)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(60), "a JPEG picture"),
        (b"  \n<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "a Git LFS pointer"),
        (struct.pack("<Q", 90) + b'{"__metadata__":{}}', "a safetensors file"),
        (b"PK\x03\x04" + bytes(60), "a ZIP archive or a PyTorch checkpoint"),
        (b'{"error": "not found"}', "a JSON text"),
        (bytes(4096), "an unfinished download"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
    ],
)
def test_says_what_a_file_looks_like(write, head, kind):
    assert f"is not a GGUF file but looks like {kind}" in refusal(write(head))


def test_refuses_what_looks_like_nothing(write):
    assert "model.gguf is not a GGUF file; choose" in refusal(write(b"some other bytes"))
    assert "is not a GGUF file" in refusal(write(b"G"))


def test_refuses_versions_that_it_cannot_read(write):
    assert "version 1 of GGUF" in refusal(write(g.header(version=1)))
    assert "version 4 of GGUF" in refusal(write(g.header(version=4)))
    assert "big-endian" in refusal(write(g.header(version=3 << 24)))


def test_names_the_missing_bytes_of_a_cut_download(write):
    whole = g.simple_file({"a": 1}, {"t": (100, 3)})
    message = refusal(write(whole[:-516]))  # 1200 bytes of data, 16 of padding
    assert "500 of " in message
    assert "bytes are missing" in message


def test_padding_after_the_last_tensor_may_be_missing(write):
    whole = g.simple_file({"a": 1}, {"t": (100, 3)})
    assert read_gguf(write(whole[:-16])).tensor_bytes == 1200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (g.header([g.pair("a", g.UINT32, 1)] * 2), "“a” comes twice"),
        (g.header([g.pair("", g.UINT32, 1)]), "a key is empty"),
        (g.header([g.string("a") + struct.pack("<I", 99)]), "unknown value type 99"),
        (g.header([g.string("a") + struct.pack("<IIQ", g.ARRAY, g.ARRAY, 1)]), "value type 9"),
        (g.header([g.pair("general.alignment", g.UINT32, 24)]), "not a power of two"),
        (g.header([g.pair("general.alignment", g.UINT32, 0)]), "not a power of two"),
        (g.header([], [g.tensor("t", (4,), 0)] * 2), "“t” is not where it should be|comes twice"),
        (g.header([], [g.tensor("t", (1,) * 5, 0)]), "5 dimensions"),
        (g.header([], [g.tensor("t", (33,), 0, g.Q4_0)]), "do not fill blocks of Q4_0"),
        (g.header([], [g.tensor("t", (4,), 0, 31)]), "the encoding 31"),
        (g.header([], [g.tensor("t", (1 << 40, 1 << 40), 0)]), "impossibly large"),
        (g.header([], [g.tensor("t", (1 << 50,), 0)]), "bytes are missing"),
        (g.header([], [g.tensor("t", (4,), 64)]), "not where it should be"),
        (g.header([], [g.tensor("t" * 64, (4,), 0)]), "the name of a tensor is 64 bytes"),
    ],
)
def test_refuses_what_contradicts_itself(write, data, words):
    message = refusal(write(data + bytes(600)))
    assert any(word in message for word in words.split("|")), message


@pytest.mark.parametrize(
    "counts", [(0, 1 << 63), (1 << 63, 0), (0, MAX_KEYS + 1), (MAX_TENSORS + 1, 0)]
)
def test_refuses_absurd_counts(write, counts):
    assert "it claims to have" in refusal(write(b"GGUF" + struct.pack("<IQQ", 3, *counts)))


@pytest.mark.parametrize("length", [1 << 63, (1 << 64) - 1, 1 << 20])
def test_refuses_lengths_beyond_the_end(write, length):
    key = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", length)
    assert "is cut off or damaged" in refusal(write(key))
    text = g.header([g.string("a") + struct.pack("<IQ", g.STRING, length)])
    assert "damaged" in refusal(write(text))
    numbers = g.header([g.string("a") + struct.pack("<IIQ", g.ARRAY, g.UINT64, length)])
    assert "is cut off or damaged" in refusal(write(numbers))


def test_names_from_the_file_cannot_forge_the_message(write):
    data = g.header([g.pair("a\n\u202eb\x1b[2J", g.UINT32, 1)] * 2)
    assert "“a\ufffd\ufffdb\ufffd[2J” comes twice" in refusal(write(data))


# The costliest files that the limits allow.
def _many_strings() -> bytes:
    count = struct.pack("<IIQ", g.ARRAY, g.STRING, MAX_ARRAY_STRINGS)
    return g.header([g.string("a") + count + bytes(8 * MAX_ARRAY_STRINGS)])


def _many_keys() -> bytes:
    return g.header([g.array(f"{i:0500}", g.UINT8, [i % 256] * 1024) for i in range(MAX_KEYS)])


def _many_tensors() -> bytes:
    return g.header([], [g.tensor(f"{i:063}", (0, 1, 1, 1), 0) for i in range(MAX_TENSORS)])


def _long_strings() -> bytes:
    return g.header([g.pair(f"{i}", g.STRING, bytes(1 << 20)) for i in range(60)])


@pytest.mark.parametrize("make", [_many_strings, _many_keys, _many_tensors, _long_strings])
def test_the_costliest_files_stay_within_bounds(write, make):
    path = write(make())
    started = time.process_time()
    read_gguf(path)
    assert time.process_time() - started < 1.0
    if make is not _many_strings:  # nothing is kept of these, and tracing takes long
        tracemalloc.start()
        read_gguf(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 << 20


def test_one_string_more_than_allowed_is_refused(write):
    count = struct.pack("<IIQ", g.ARRAY, g.STRING, MAX_ARRAY_STRINGS + 1)
    assert "strings" in refusal(write(g.header([g.string("a") + count])))
