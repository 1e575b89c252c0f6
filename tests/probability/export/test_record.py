"""Exported answers are read again as they were, or refused with one sentence."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from perhaps.errors import TraceError
from perhaps.probability.export.record import VERSION, read_json, schema, write_json
from perhaps.probability.trace import Origin
from tests.probability.builders import answers, built, same, token, trace_of, unmeasured
from tests.probability.export.builders import record_with

SCHEMA = Path(__file__).parents[3] / "resources" / "export" / "answer.schema.json"
WHOLE = write_json(record_with(trace_of(token([0.5, 0.25]), unmeasured())))


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(WHOLE) | fields).encode()


@given(answers)
def test_an_exported_trace_is_read_again_as_it_was(answer):
    trace = built(answer)
    assert same(read_json(write_json(record_with(trace))).trace, trace)


def test_how_it_was_made_is_inside():
    record = json.loads(WHOLE)
    assert record["model"]["file"] == "starter.gguf"
    assert record["model"]["projector"] == "starter-mmproj.gguf"
    assert record["sampling"]["top_p"] == 0.95
    assert record["seed"] == 11
    assert set(record["versions"]) == {"perhaps", "llama-cpp-python"}
    assert record["measures"]["tokens"] == 2


def test_origins_are_told():
    trace = trace_of(token([0.5]))
    trace.append(token([0.5]), Origin.forced)
    record = json.loads(write_json(record_with(trace)))
    assert [each["origin"] for each in record["tokens"]] == ["drawn", "forced"]


def test_a_field_of_a_later_version_is_left_out():
    assert read_json(changed(mood="fine")).seed == 11


def test_a_newer_format_is_named():
    with pytest.raises(TraceError, match=f"format {VERSION + 1}.*up to {VERSION}: update it"):
        read_json(changed(version=VERSION + 1))


@pytest.mark.parametrize("length", [1, 40, len(WHOLE) // 2, len(WHOLE) - 1])
def test_a_file_that_is_cut_off_is_refused(length):
    with pytest.raises(TraceError, match=r"truncated.*copy or export it again"):
        read_json(WHOLE[:length])


@pytest.mark.parametrize("data", [b"{}", b'{"answer": "owl"}', b'{"format": "other"}'])
def test_other_json_is_no_answer(data):
    with pytest.raises(TraceError, match="no answer that Perhaps exported"):
        read_json(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("logprob", 1e9),
        ("logprob", "likely"),
        ("rank", 0),
        ("entropy", -1),
        ("rest", 2),
        ("bytes", [256]),
        ("id", 2**40),
        ("origin", "dreamt"),
        ("candidates", None),
    ],
)
def test_values_that_nothing_can_have_are_refused_with_their_place(field, value):
    record = json.loads(WHOLE)
    record["tokens"][0][field] = value
    with pytest.raises(TraceError, match=rf"tokens\[\d*\.*\]\.{field}"):
        read_json(json.dumps(record).encode())


def test_the_schema_in_the_resources_is_that_of_the_program():
    assert json.loads(SCHEMA.read_text("utf-8")) == msgspec.to_builtins(schema())
