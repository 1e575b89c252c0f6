"""The real engine in its child process, with a tiny model of random weights."""

from __future__ import annotations

import importlib.util
import io
import os
import signal
import subprocess
import sys

import pytest
from PIL import Image

from perhaps.inference.client import spawn_engine
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    RunStage,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import starter_pair
from tests.helpers.model_maker import cached_pair
from tests.helpers.worker_desk import Desk, ask

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("perhaps._engine") is None, reason="the engine is not built"
)


@pytest.fixture(scope="module")
def pair() -> ModelPair:
    model, projector = cached_pair("tiny")
    return ModelPair(str(model), str(projector))


@pytest.fixture
def desk(open_desk, pair) -> Desk:
    desk = open_desk(spawn_engine)
    desk.load(pair)
    return desk


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 40)).save(data, "PNG")
    return data.getvalue()


def test_answers_about_a_picture(desk):
    desk.worker.read_picture(picture())
    _, read = desk.wait_for("picture_read")
    assert read.cost is not None
    parts = (ImagePart(read.image), TextPart("What is this?"))
    run_id = desk.worker.generate(Request((Message("user", parts),), max_tokens=8, seed=1))
    end = desk.end_of(run_id, seconds=30)
    assert end.reason is FinishReason.length
    assert end.usage.image_tokens == read.cost.tokens
    steps = [event for event in desk.events(run_id) if isinstance(event, TokenStep)]
    assert len(steps) == 8


def test_an_answer_goes_on_from_tokens_that_are_given(desk):
    first = desk.worker.generate(ask("Go on.", max_tokens=4))
    desk.end_of(first)
    kept = tuple(step.id for step in desk.events(first) if isinstance(step, TokenStep))[:2]
    branch = desk.worker.generate(
        ask("Go on.", max_tokens=30, kept_tokens=kept, forced_text=" red apple")
    )
    assert desk.end_of(branch).usage.generated_tokens == 30
    steps = [event for event in desk.events(branch) if isinstance(event, TokenStep)]
    given = [step for step in steps if step.forced]
    assert given == steps[: len(given)]
    assert b"".join(step.bytes for step in given) == b" red apple"


def test_figures_are_told_while_it_answers(desk):
    run_id = desk.worker.generate(ask("Go on.", max_tokens=100_000))
    (statistics,) = desk.wait_for("statistics_told")
    assert statistics.answers == 1
    assert statistics.held_tokens > 0
    desk.worker.stop(run_id)
    desk.end_of(run_id)


def test_scores_are_those_of_the_answer_that_was_written(open_desk):
    desk = open_desk(spawn_engine)
    desk.load(starter_pair())
    desk.worker.read_picture(picture())
    _, read = desk.wait_for("picture_read")
    parts = (ImagePart(read.image), TextPart("What is this?"))
    greedy = SamplingOptions(temperature=0.0)
    request = Request((Message("user", parts),), max_tokens=8, sampling=greedy)
    run_id = desk.worker.generate(request)
    desk.end_of(run_id)
    told = [event for event in desk.events(run_id) if isinstance(event, TokenStep)]
    (given,) = desk.scores_of(desk.worker.score(request, (desk.text_of(run_id),)))
    assert [step.id for step in given.tokens] == [step.id for step in told]
    for step, known in zip(given.tokens, told, strict=True):
        assert step.logprob == pytest.approx(known.logprob, abs=1e-3)


def test_a_stopped_scoring_ends_without_force(desk):
    answers = tuple(f"{number} " * 60 for number in range(200))
    run_id = desk.worker.score(ask("Go on."), answers)
    desk.worker.stop(run_id)
    assert desk.score_failure(run_id).kind == "StoppedError"
    assert not desk.of("host_lost")
    assert desk.end_of(desk.worker.generate(ask(max_tokens=3))).reason is FinishReason.length


def test_stop_is_obeyed_without_force(desk):
    run_id = desk.worker.generate(ask("Go on.", max_tokens=100_000))
    desk.wait_for_tokens(run_id, 5)
    desk.worker.stop(run_id)
    end = desk.end_of(run_id, seconds=2)
    assert (end.reason, end.stopped_in) == (FinishReason.cancelled, RunStage.decode)
    assert not desk.of("host_lost")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_killed_engine_is_replaced_with_its_model(desk, pair):
    run_id = desk.worker.generate(ask("Go on.", max_tokens=100_000))
    desk.wait_for_tokens(run_id, 5)
    os.kill(desk.worker.host_pid, signal.SIGKILL)
    assert desk.end_of(run_id, seconds=2).error_kind == "EngineLostError"
    (info,) = desk.wait_for("model_loaded", 2)
    assert info.pair == pair
    assert desk.end_of(desk.worker.generate(ask(max_tokens=3))).reason is FinishReason.length


def test_missing_model_is_refused_by_name(open_desk):
    desk = open_desk(spawn_engine)
    desk.worker.load(ModelPair("/nowhere/none.gguf"), LoadOptions())
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "ModelError"
    assert "none.gguf" in failure.message


def test_the_window_maps_no_native_engine():
    code = "import perhaps.inference.worker, sys; print([n for n in sys.modules if '_engine' in n])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
