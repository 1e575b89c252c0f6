"""A file of questions: a result for each line, in order, whatever the lines hold."""

import json
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perhaps.commands.batch import answer_lines
from perhaps.commands.batch_intake import AT_ONCE
from perhaps.commands.batch_request import FIELDS
from perhaps.commands.interrupting import INTERRUPTED
from perhaps.errors import BY_NAME
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import LoadOptions, ModelPair, Request
from tests.commands.keys import ctrl_c_amid_writing, needs_posix
from tests.helpers.model_maker import cached_pair

TEMPLATE = Request(messages=(), max_tokens=2, top_logprobs=1)


@pytest.fixture(scope="module")
def model():
    engine = LocalEngine()
    info = engine.load(
        ModelPair(str(cached_pair("tiny")[0])), LoadOptions(threads=1), lambda _: None
    )
    return engine, info


def answers_to(model, *lines):
    return list(answer_lines(*model, lines, TEMPLATE))


def a_line(**fields):
    return json.dumps({"question": "Hm?", **fields}).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"images": None},
        {"images": 5},
        {"images": ["a\0b"]},
        {"images": ["\ud800"]},
        {"stop": 5},
        {"stop": [1]},
        {"seed": 1.5},
        {"seed": -1},
        {"seed": 2**32},
        {"max_tokens": 2.5},
        {"max_tokens": 99999999999},
        {"max_tokens": -99999999999},
        {"top_k": 1.5},
        {"top_k": 10**30},
        {"repeat_last": 2**31},
        {"top_logprobs": 1e5},
        {"top_logprobs": 10**5},
        {"temperature": float("inf")},
        {"top_p": 10**400},
    ],
)
def test_a_line_that_cannot_be_asked_costs_no_other_line(model, fields):
    before, broken, after = answers_to(model, a_line(), a_line(id=7, **fields), a_line())
    assert (broken["line"], broken["id"]) == (2, 7)
    assert broken["error"]["kind"] in {"RequestError", "ImageError"}
    assert "\n" not in broken["error"]["message"]
    assert before["usage"]["generated_tokens"] == after["usage"]["generated_tokens"] == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
nearly_right = st.fixed_dictionaries(
    {"question": st.text(max_size=5)},
    optional={name: anything for name in FIELDS if name != "question"} | {"max_tokens": st.just(1)},
)
odd_lines = st.lists(
    st.binary(min_size=1, max_size=20).filter(lambda line: line.strip() and b"\n" not in line)
    | (nearly_right | anything).map(json.dumps).map(str.encode),
    max_size=6,
)


@given(odd_lines)
@settings(max_examples=30)
def test_every_line_gets_its_result_in_order(model, lines):
    results = answers_to(model, *lines)
    assert [result["line"] for result in results] == list(range(1, len(lines) + 1))
    for result in results:
        assert ("answer" in result) != ("error" in result)
        if "error" in result:
            assert result["error"]["kind"] in BY_NAME
            assert "unexpectedly" not in result["error"]["message"]
        json.dumps(result).encode("ascii")


def test_more_lines_than_fit_at_once_are_answered_in_order(model):
    results = answers_to(model, *(a_line(id=number) for number in range(3 * AT_ONCE)))
    assert [result["id"] for result in results] == list(range(3 * AT_ONCE))


def test_a_result_does_not_wait_for_the_next_line(model):
    seen = threading.Event()

    def lines():
        yield a_line(id="first")
        assert seen.wait(30)
        yield a_line(id="second")

    results = answer_lines(*model, lines(), TEMPLATE)
    assert next(results)["id"] == "first"
    seen.set()
    assert [each["id"] for each in results] == ["second"]


def test_whoever_stops_listening_leaves_nothing_running(model):
    wanted = a_line(max_tokens=3000)
    results = answer_lines(*model, [a_line(), *[wanted] * 40], TEMPLATE)
    next(results)
    results.close()
    generated = model[0].statistics().generated_tokens
    assert answers_to(model, a_line())[0]["finish_reason"] == "length"
    assert model[0].statistics().generated_tokens < generated + 1000


def test_what_keeps_lines_from_being_read_is_told_after_the_results(model):
    def lines():
        yield a_line()
        raise OSError("the disk is gone")

    results = answer_lines(*model, lines(), TEMPLATE)
    assert "answer" in next(results)
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)


@pytest.fixture
def batch():
    """`perhaps ask --batch -` with one line that it has answered."""
    command = [sys.executable, "-m", "perhaps", "ask", "--batch", "-", "--top-logprobs", "0"]
    with subprocess.Popen(
        [*command, "--model", cached_pair("tiny")[0]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        write(process, a_line(id="\ud800", max_tokens=2))
        assert read(process)["id"] == "\ud800"
        yield process
        process.kill()


def write(process, line):
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def read(process):
    return json.loads(process.stdout.readline())


def test_a_program_can_talk_to_a_batch(batch):
    write(batch, b'{"question": "\xff"}')
    assert "not UTF-8" in read(batch)["error"]["message"]
    write(batch, b"")
    write(batch, a_line(max_tokens=1))
    assert read(batch)["line"] == 4
    assert batch.communicate(timeout=60)[0] == b""
    assert batch.returncode == 0


@needs_posix
def test_ctrl_c_gives_out_what_a_batch_has_written(model):
    results = answer_lines(*model, [a_line(max_tokens=3500)] * 3, TEMPLATE)
    given_out = []
    with ctrl_c_amid_writing(model[0], tokens=50), pytest.raises(KeyboardInterrupt):
        given_out.extend(results)
    assert {each["finish_reason"] for each in given_out} == {"cancelled"}
    assert sum(len(each["tokens"]) for each in given_out) >= 50


@needs_posix
@pytest.mark.parametrize("lines", [0, 3], ids=["waiting", "writing"])
def test_ctrl_c_ends_a_batch_that_may_hear_more(batch, lines):
    for _ in range(lines):
        write(batch, a_line(max_tokens=3500))
    batch.send_signal(signal.SIGINT)
    # Standard input stays open: the thread that waits there must not hold up the end.
    rest = [json.loads(line) for line in batch.stdout]
    assert batch.wait(60) == INTERRUPTED
    assert {each["finish_reason"] for each in rest} <= {"cancelled"}
    assert batch.stderr.read().decode().endswith("Stopped.\n")
