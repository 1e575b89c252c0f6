"""Ctrl+C ends answers and keeps what they have said."""

import contextlib
import signal
import subprocess
import sys

import pytest

from perhaps.commands.asking import ignore, make_request, one, several
from perhaps.commands.interrupting import INTERRUPTED, stopping_at_ctrl_c
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import FinishReason, LoadOptions, ModelPair, Request
from tests.commands.keys import ctrl_c_amid_writing, needs_posix
from tests.helpers.model_maker import cached_pair

TEMPLATE = Request(messages=(), max_tokens=3000, top_logprobs=0)


@pytest.fixture(scope="module")
def engine():
    engine = LocalEngine()
    engine.load(ModelPair(str(cached_pair("tiny")[0])), LoadOptions(threads=1), lambda _: None)
    return engine


def long_request(words):
    return words, make_request(words, (), TEMPLATE)


def test_what_was_written_before_ctrl_c_is_kept(engine):
    texts = []

    def on_text(text):
        texts.append(text)
        if len(texts) == 3:
            signal.raise_signal(signal.SIGINT)

    answer = one(engine, *long_request("Tell me"), ignore, on_text)
    assert answer.finished.reason is FinishReason.cancelled
    assert 3 <= len(answer.steps) < TEMPLATE.max_tokens
    assert answer.text == "".join(texts)


@needs_posix
def test_no_token_is_lost_where_ctrl_c_comes_amid_waiting(engine):
    for _ in range(5):
        texts = []
        with ctrl_c_amid_writing(engine, tokens=20):
            answer = one(engine, *long_request("Go on"), ignore, texts.append)
        assert answer.finished.reason is FinishReason.cancelled
        assert len(answer.steps) == answer.finished.usage.generated_tokens
        assert answer.text == "".join(texts)


@needs_posix
def test_one_ctrl_c_stops_all_answers(engine):
    requests = [long_request("Tell me"), long_request("Tell me more")]
    with ctrl_c_amid_writing(engine, tokens=100):
        answers = several(engine, requests, n=2)
    assert [each.question for each in answers] == ["Tell me"] * 2 + ["Tell me more"] * 2
    assert {each.finished.reason for each in answers} == {FinishReason.cancelled}
    assert all(1 < len(each.steps) < TEMPLATE.max_tokens for each in answers)


def test_the_second_ctrl_c_ends_whoever_listens():
    stops = []

    def press_twice():
        with stopping_at_ctrl_c(lambda: stops.append(1)):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert stops == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_ctrl_c_goes_on():
    stops = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopping_at_ctrl_c(lambda: stops.append(1)):
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert stops == []


@contextlib.contextmanager
def perhaps_ask(*arguments, stdin=subprocess.DEVNULL):
    command = [sys.executable, "-m", "perhaps", "ask", "--model", str(cached_pair("tiny")[0])]
    with subprocess.Popen(
        [*command, "--top-logprobs", "0", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@needs_posix
def test_a_stopped_command_says_so_and_exits_with_130():
    with perhaps_ask("--stream", "--max-tokens", "3000", "Tell me") as process:
        begun = process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
        assert process.returncode == INTERRUPTED
        assert errors.decode() == "Stopped.\n"
        assert (begun + rest).decode().endswith("\n")
