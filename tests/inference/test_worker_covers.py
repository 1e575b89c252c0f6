"""Scores of covered pictures, from the worker through the pipe and back."""

from __future__ import annotations

import signal
import sys

import numpy as np
import pytest

from perhaps.errors import RequestError
from perhaps.inference.client import spawn_engine
from perhaps.inference.protocol import FinishReason, ImagePart, Message, Request, TextPart
from perhaps.paths import starter_pair
from perhaps.probability.evidence import level
from tests.helpers.fake_engine import FakeEngine, ScoreScript, in_child, in_thread
from tests.helpers.scripts import tile_score
from tests.helpers.worker_desk import ask
from tests.imaging.test_occlude import drawn

PICTURE = drawn(12, 8)
TILES = (None, *level(2))
REQUEST = Request((Message("user", (ImagePart(PICTURE), TextPart("What?"))),), forced_tokens=(5, 6))


def scores_of(desk, run_id: int, count: int) -> list:
    def told() -> list:
        return [score for heard, score in desk.of("tile_scored") if heard == run_id]

    desk.qtbot.waitUntil(lambda: len(told()) >= count, timeout=60_000)
    return told()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def desk(open_desk, engine):
    desk = open_desk(in_thread(engine))
    desk.load()
    return desk


def test_scores_arrive_one_by_one_in_order(desk, engine):
    run_id = desk.worker.cover(REQUEST, PICTURE.key, TILES)
    assert scores_of(desk, run_id, 5) == [tile_score(tile, 2) for tile in TILES]
    ((request, picture, tiles),) = engine.covered
    assert (request, picture, tiles) == (REQUEST, PICTURE.key, TILES)
    assert np.array_equal(request.messages[0].parts[0].image.pixels, PICTURE.pixels)
    desk.worker.stop(run_id)
    assert desk.end_of(desk.worker.generate(ask())).reason is FinishReason.eos
    assert not desk.of("score_failed")


def test_stop_keeps_what_was_scored(open_desk):
    desk = open_desk(in_thread(FakeEngine(scores=[ScoreScript(delay=0.05)])))
    desk.load()
    run_id = desk.worker.cover(REQUEST, PICTURE.key, level(12))
    scores_of(desk, run_id, 2)
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"
    assert len(desk.of("tile_scored")) < 100
    assert not desk.of("host_lost")


def test_a_refusal_keeps_its_words(open_desk):
    error = RequestError("There is no picture in this conversation.")
    desk = open_desk(in_thread(FakeEngine(scores=[ScoreScript(refusal=error)])))
    desk.load()
    failure = desk.score_failure(desk.worker.cover(REQUEST, PICTURE.key, TILES))
    assert (failure.kind, failure.message) == ("RequestError", str(error))


def test_without_a_model_it_says_so(open_desk):
    desk = open_desk(in_thread(FakeEngine()))
    failure = desk.score_failure(desk.worker.cover(REQUEST, PICTURE.key, TILES))
    assert failure.kind == "ModelError"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_dead_host_fails_the_search(open_desk, log_path):
    desk = open_desk(in_child(log_path, scores=[ScoreScript(dies_of=signal.SIGKILL)]))
    desk.load()
    failure = desk.score_failure(desk.worker.cover(REQUEST, PICTURE.key, TILES))
    assert failure.kind == "EngineLostError"
    desk.wait_for("model_loaded", 2)


def test_the_real_host_covers_and_stops(open_desk):
    desk = open_desk(spawn_engine)
    desk.load(starter_pair())
    run_id = desk.worker.cover(REQUEST, PICTURE.key, (None, *level(12)))
    first, *others = scores_of(desk, run_id, 4)
    assert first.tile is None
    assert len(first.logprobs) == 2
    assert [score.tile for score in others] == list(level(12)[: len(others)])
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"
    assert not desk.of("host_lost")
