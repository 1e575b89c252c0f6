"""Scores of given answers, from the worker through the pipe and back."""

from __future__ import annotations

import signal
import sys

import numpy as np
import pytest

from perhaps.errors import RequestError
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    ImagePixels,
    LoadOptions,
    Message,
    Request,
    TextPart,
)
from perhaps.inference.serving.picture_shelf import CAPACITY
from tests.helpers.fake_engine import (
    FakeEngine,
    LoadScript,
    ScoreScript,
    answer_script,
    in_child,
    in_thread,
)
from tests.helpers.scripts import answer_score
from tests.helpers.worker_desk import OTHER_PAIR, ask

BLOCKING = ScoreScript(blocks=True)
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def picture(grey: int = 7) -> ImagePixels:
    return ImagePixels.from_rgb(bytes([grey]) * 4 * 6 * 3, (4, 6))


def ask_about(*images: ImagePixels) -> Request:
    return Request((Message("user", (*map(ImagePart, images), TextPart("Is it?"))),))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def desk(open_desk, engine):
    desk = open_desk(in_thread(engine))
    desk.load()
    return desk


def test_scores_arrive_whole_and_in_order(desk, engine):
    answers = ("Yes", "No it is not")
    run_id = desk.worker.score(ask("Is it?", seed=2), answers)
    assert desk.scores_of(run_id) == tuple(map(answer_score, answers))
    assert engine.scored == [(ask("Is it?", seed=2), answers)]


def test_pictures_are_given_with_the_request(desk, engine):
    request = ask_about(picture())
    desk.scores_of(desk.worker.score(request, ("Yes",)))
    (asked, _) = engine.scored[0]
    assert asked == request
    assert np.array_equal(asked.messages[0].parts[0].image.pixels, picture().pixels)


def test_forgotten_pictures_are_given_again(desk, engine):
    first = ask_about(picture(0))
    desk.scores_of(desk.worker.score(first, ("Yes",)))
    for grey in range(1, CAPACITY + 2):
        desk.end_of(desk.worker.generate(ask_about(picture(grey))))
    desk.scores_of(desk.worker.score(first, ("No",)))
    assert [asked for asked, _ in engine.scored] == [first, first]


@pytest.mark.parametrize("where", ["refusal", "error"])
def test_named_errors_keep_their_name_and_words(desk, engine, where):
    error = RequestError("One of the answers is empty.")
    vars(engine).update(vars(FakeEngine(scores=[ScoreScript(**{where: error})])))
    failure = desk.score_failure(desk.worker.score(ask(), ("",)))
    assert (failure.kind, failure.message) == ("RequestError", str(error))


def test_broken_text_is_refused_before_it_is_sent(desk, engine):
    failure = desk.score_failure(desk.worker.score(ask(), ("\udcff",)))
    assert failure.kind == "RequestError"
    assert "U+DCFF" in failure.message
    assert not engine.scored


def test_a_scoring_never_holds_up_an_answer(open_desk):
    desk = open_desk(in_thread(FakeEngine(scores=[BLOCKING])))
    desk.load()
    run_id = desk.worker.score(ask(), ("Yes",))
    assert desk.end_of(desk.worker.generate(ask())).reason is FinishReason.eos
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"
    assert not desk.of("host_lost")


def test_stop_right_after_asking(open_desk):
    desk = open_desk(in_thread(FakeEngine(scores=[BLOCKING])))
    desk.load()
    run_id = desk.worker.score(ask(), ("Yes",))
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"


def test_ignored_stop_ends_the_host_and_the_model_comes_back(open_desk):
    script = ScoreScript(blocks=True, ignores_stop=True)
    desk = open_desk(in_thread(FakeEngine(scores=[script])), stop=0.2)
    desk.load()
    run_id = desk.worker.score(ask(), ("Yes",))
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"
    desk.wait_for("model_loaded", 2)


def test_another_model_stops_what_the_present_one_scores(open_desk):
    desk = open_desk(in_thread(FakeEngine(scores=[BLOCKING])))
    desk.load()
    run_id = desk.worker.score(ask(), ("Yes",))
    desk.load(OTHER_PAIR)
    assert desk.score_failure(run_id).kind == "StoppedError"


@pytest.mark.parametrize("loads", [False, True])
def test_without_a_model_it_says_so(open_desk, loads):
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(delay=5.0)])))
    if loads:
        desk.worker.load(OTHER_PAIR, LoadOptions())
    failure = desk.score_failure(desk.worker.score(ask(), ("Yes",)))
    assert failure.kind == "ModelError"
    assert ("still loading" if loads else "No model is loaded") in failure.message


def test_close_ends_a_scoring(open_desk):
    desk = open_desk(in_thread(FakeEngine(scores=[BLOCKING])))
    desk.load()
    run_id = desk.worker.score(ask(), ("Yes",))
    desk.worker.close()
    assert desk.score_failure(run_id).kind == "StoppedError"


@needs_signals
def test_a_dead_host_fails_the_scoring_and_the_next_one_works(open_desk, log_path):
    scripts = [ScoreScript(dies_of=signal.SIGKILL)]
    desk = open_desk(in_child(log_path, scores=scripts, answers=[answer_script("fine")]))
    desk.load()
    failure = desk.score_failure(desk.worker.score(ask(), ("Yes",)))
    assert failure.kind == "EngineLostError"
    assert "killed by signal 9" in failure.message
    desk.wait_for("model_loaded", 2)
    assert desk.end_of(desk.worker.generate(ask())).reason is FinishReason.eos
