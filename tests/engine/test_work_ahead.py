"""Reading ahead of a question, and learning how likely given answers are."""

import numpy as np
import pytest

from perhaps import _engine
from perhaps.errors import RequestError
from tests.engine.conftest import Answer, answer, load, picture, prompt, request
from tests.helpers.model_families import make_family

FinishReason = _engine.FinishReason
RunStage = _engine.RunStage
BATCHING_NOISE = 2e-2
"""Nats; the same tokens in another batch."""


@pytest.fixture
def model(tiny_pair):
    return load(*tiny_pair)


@pytest.fixture
def large_encoder(tmp_path):
    """Takes some hundred milliseconds for a picture of 640 x 640."""
    return load(*make_family("mrope", tmp_path))


def ahead(*pictures):
    """Give the beginning of a question whose words are not known yet."""
    return prompt("", *pictures)[: 1 + len(pictures)]


def test_a_prepared_picture_leaves_only_the_question_to_read(model):
    prepared = answer(model, ahead(picture(seed=1)), prepare_only=True)
    assert prepared.finished.reason == FinishReason.prepared
    assert prepared.steps == []
    asked = answer(model, prompt("What is it?", picture(seed=1)))
    assert "encode" not in asked.stages
    assert "image_prefill" not in asked.stages
    assert asked.finished.usage.cached_tokens >= asked.finished.usage.image_tokens


def test_a_question_takes_over_what_is_being_prepared(model):
    work = model.submit(request(ahead(picture(seed=2)), prepare_only=True))
    asked = answer(model, prompt("What is it?", picture(seed=2)))
    assert asked.finished.reason == FinishReason.length
    assert Answer(work).finished.reason == FinishReason.prepared
    assert model.statistics().pictures_encoded == 1


def test_a_question_about_another_picture_ends_the_preparing(model):
    work = model.submit(request(ahead(picture(seed=3, height=1000, width=1000)), prepare_only=True))
    assert answer(model, prompt("Hello?")).finished.reason == FinishReason.length
    assert Answer(work).finished.reason == FinishReason.cancelled


def begin_reading(model, large):
    """Begin to read a picture that takes a while, and give the run once it is being encoded."""
    work = model.submit(request(ahead(large), prepare_only=True))
    while work.next().stage != RunStage.encode:
        pass  # the text before the picture is read first
    return work


def test_a_question_tells_of_the_reading_that_it_waits_for(large_encoder):
    seen = picture(seed=7, height=640, width=640)
    work = begin_reading(large_encoder, seen)
    asked = large_encoder.submit(request(prompt("What is it?", seen), max_tokens=1))
    first = asked.next(100)
    assert first.stage == RunStage.encode
    assert not work.finished
    stages = [first.stage.name, *Answer(asked).stages]
    assert list(dict.fromkeys(stages)) == ["encode", "image_prefill", "text_prefill", "decode"]
    assert large_encoder.statistics().pictures_encoded == 1


def test_a_question_that_waits_for_a_reading_stops_there_at_once(large_encoder):
    seen = picture(seed=8, height=640, width=640)
    work = begin_reading(large_encoder, seen)
    asked = large_encoder.submit(request(prompt("What is it?", seen)))
    asked.stop()
    finished = Answer(asked).finished
    assert (finished.reason, finished.stopped_in) == (FinishReason.cancelled, RunStage.encode)
    assert Answer(work).finished.reason == FinishReason.prepared


def test_a_question_hears_of_the_reading_although_one_before_it_was_stopped(large_encoder):
    seen = picture(seed=9, height=640, width=640)
    work = begin_reading(large_encoder, seen)
    stopped, asked = (
        large_encoder.submit(request(prompt(words, seen), max_tokens=1)) for words in ("A?", "B?")
    )
    stopped.stop()
    assert "image_prefill" in Answer(asked).stages
    assert Answer(work).finished.reason == FinishReason.prepared


def test_a_stop_does_not_wait_for_the_picture_of_another(large_encoder):
    writing = large_encoder.submit(request(prompt("Go on."), max_tokens=1000))
    while not isinstance(writing.next(), _engine.TokenStep):
        pass
    work = begin_reading(large_encoder, picture(seed=10, height=640, width=640))
    writing.stop()
    assert Answer(writing).finished.reason == FinishReason.cancelled
    assert work.next(0) is None, "the picture must still be encoded"
    assert Answer(work).finished.reason == FinishReason.prepared


def test_answers_are_written_on_while_a_large_picture_is_read(large_encoder):
    writing = large_encoder.submit(request(prompt("Go on."), max_tokens=1000))
    work = begin_reading(large_encoder, picture(seed=12, height=640, width=640))
    assert work.next().stage == RunStage.image_prefill
    while writing.next(0) is not None:
        pass
    assert work.next().stage == RunStage.text_prefill
    written = len(list(iter(lambda: writing.next(0), None)))
    writing.stop()
    assert written >= 3, "the picture takes four batches"


def test_what_is_transient_leaves_the_prefix_to_others(model):
    seen = picture(seed=11)
    answer(model, ahead(seen), prepare_only=True)
    answer(model, prompt("Passing by.", seen), transient=True)
    asked = answer(model, prompt("What is it?", seen))
    assert asked.finished.usage.cached_tokens >= asked.finished.usage.image_tokens


def test_preparing_again_costs_nothing(model):
    answer(model, ahead(picture(seed=4)), prepare_only=True)
    before = model.statistics().batch_tokens
    answer(model, ahead(picture(seed=4)), prepare_only=True)
    assert model.statistics().batch_tokens == before


def test_forced_tokens_are_as_likely_as_when_they_are_drawn(model):
    drawn = answer(model, prompt("What is it?", picture(seed=5)))
    forced = answer(model, prompt("What is it?", picture(seed=5)), forced=drawn.ids)
    assert forced.finished.reason == FinishReason.forced
    assert forced.ids == drawn.ids
    np.testing.assert_allclose(
        [step.measures.logprob for step in forced.steps],
        [step.measures.logprob for step in drawn.steps],
        atol=BATCHING_NOISE,
    )


def test_an_unlikely_answer_is_told_with_its_rank(model):
    tokens = model.tokenize_answer(" no")
    forced = answer(model, prompt("Is it red?"), forced=tokens, keep_logits=True)
    assert forced.ids == tokens
    first = forced.steps[0]
    order = np.argsort(-first.logits, kind="stable")
    assert order[first.measures.rank - 1] == first.id


def test_a_forced_token_that_does_not_exist_is_refused(model):
    with pytest.raises(RequestError, match="no token 4096"):
        model.submit(request(prompt("Hm?"), forced=[4096]))
