"""Traces on disk: whole, small, and refused with one sentence where they are not whole."""

import random
import struct
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.errors import TraceError
from perhaps.probability.trace import TokenTrace, TracedModel
from perhaps.probability.trace_file import MAGIC, VERSION, from_bytes, to_bytes
from tests.probability.builders import MODEL, answers, built, same, token, trace_of

OTHER = TracedModel("Other", "llama", 15_000_000, 1024)
WHOLE = to_bytes(trace_of(token([0.5, 0.25]), token([0.7, 0.2])))
ONE_SENTENCE = r"^[^.]*\.$"


@given(answers)
def test_what_was_written_is_read_again(answer):
    trace = built(answer)
    again = from_bytes(to_bytes(trace))
    assert same(trace, again)
    assert again.model == MODEL


@given(answers, answers)
def test_a_trace_that_was_read_goes_on_growing(first, second):
    again = from_bytes(to_bytes(built(first)))
    for each, origin in second:
        again.append(each, origin)
    assert same(again, built(first + second))


def test_a_token_with_20_candidates_takes_400_bytes_at_most():
    chance = random.Random(3)
    trace = TokenTrace(MODEL)
    for number in range(300):
        shares = sorted((chance.random() ** 4 for _ in range(20)), reverse=True)
        whole = sum(shares) * 1.01
        # Candidates that never come again are the worst case.
        trace.append(token([max(1e-9, share / whole) for share in shares], text=f" {number}"))
    assert len(to_bytes(trace)) <= 400 * len(trace)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_trace_that_is_cut_off_anywhere_is_refused(length):
    with pytest.raises(TraceError, match=ONE_SENTENCE):
        from_bytes(WHOLE[:length])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_trace_with_a_changed_byte_is_refused(place, change):
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    with pytest.raises(TraceError):
        from_bytes(bytes(damaged))


def test_a_cut_off_trace_tells_how_much_is_there():
    with pytest.raises(TraceError, match=f"cut off after 40 of at least {len(WHOLE)} bytes"):
        from_bytes(WHOLE[:40])


def test_a_newer_format_is_named():
    newer = bytearray(WHOLE)
    newer[len(MAGIC) : len(MAGIC) + 2] = struct.pack("<H", VERSION + 1)
    with pytest.raises(TraceError, match=f"format {VERSION + 1}.*up to {VERSION}: update"):
        from_bytes(bytes(newer))


def test_a_trace_of_another_model_is_named():
    with pytest.raises(TraceError, match="“Starter”, not by “Other”"):
        from_bytes(WHOLE, OTHER)
    assert len(from_bytes(WHOLE, MODEL)) == 2


@pytest.mark.parametrize("data", [b"", b"GGUF" * 20, b"{}", MAGIC[:-1] + b"!" + WHOLE[8:]])
def test_something_else_is_no_trace(data):
    with pytest.raises(TraceError, match="no trace of Perhaps"):
        from_bytes(data)


def packed(record: object, *, claims: int | None = None) -> bytes:
    """A file with a right checksum around anything."""
    plain = msgspec.msgpack.encode(record)
    body = zlib.compress(plain)
    lengths = struct.pack("<II", len(body), len(plain) if claims is None else claims)
    return MAGIC + struct.pack("<HI", VERSION, zlib.crc32(lengths + body)) + lengths + body


def record_of(data: bytes) -> dict:
    return msgspec.msgpack.decode(zlib.decompress(data[len(MAGIC) + 14 :]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record["columns"].pop("ranks"), "“ranks” is not whole"),
        (lambda record: record["columns"].update(ranks=b"abc"), "“ranks” is not whole"),
        (lambda record: record["columns"].update(ranks=b""), "“ranks” has 0 values"),
        (lambda record: record.update(texts=[]), "has 2 values"),
        (lambda record: record["pieces"].pop(), "its pieces are not whole"),
        (lambda record: record.update(pieces=[], piece_ids=[]), "piece that is not there"),
        (lambda record: record["columns"].update(origins=b"\x00\x09"), "origin"),
        (lambda record: record["columns"].update(logprobs=b"\x7f" * 8), "probability above 1"),
        (lambda record: record.pop("texts"), "texts"),
    ],
)
def test_columns_that_do_not_fit_are_refused(change, words):
    record = record_of(WHOLE)
    change(record)
    with pytest.raises(TraceError, match=words):
        from_bytes(packed(record))


def test_a_small_file_cannot_grow_into_a_huge_one():
    with pytest.raises(TraceError, match="damaged"):
        from_bytes(packed({"columns": {"ranks": bytes(2**24)}}, claims=1000))
