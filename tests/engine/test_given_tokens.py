"""Answers that begin with tokens which are given: branches, continuations, and passing pictures."""

import numpy as np
import pytest

from perhaps import _engine
from perhaps.errors import RequestError
from tests.engine.conftest import Answer, answer, load, picture, prompt, request

FinishReason = _engine.FinishReason
BATCHING_NOISE = 2e-2
"""Nats; the same tokens in another batch."""


@pytest.fixture
def model(tiny_pair):
    return load(*tiny_pair)


@pytest.fixture
def parts():
    return prompt("What is it?", picture(seed=1))


def logprobs(steps):
    return [step.measures.logprob for step in steps]


def test_a_branch_computes_one_token_and_no_picture(model, parts):
    first = answer(model, parts)
    other = first.steps[5].measures.candidates[1].id
    branch = answer(model, parts, kept=first.ids[:5], forced=[other], draws_on=True)
    assert branch.ids[0] == other
    assert branch.finished.usage.prompt_tokens - branch.finished.usage.cached_tokens == 1
    assert "encode" not in branch.stages
    assert "image_prefill" not in branch.stages
    assert branch.steps[0].forced
    assert not any(step.forced for step in branch.steps[1:])


def test_a_given_token_is_measured_as_the_candidate_was(model, parts):
    first = answer(model, parts)
    other = first.steps[5].measures.candidates[3]
    branch = answer(model, parts, kept=first.ids[:5], forced=[other.id], draws_on=True)
    assert branch.steps[0].measures.rank == 4
    assert branch.steps[0].measures.logprob == pytest.approx(other.logprob, abs=BATCHING_NOISE)


def test_a_given_token_tells_what_the_samplers_would_have_left(model, parts):
    warm = {"temperature": 0.8, "top_p": 0.9}
    first = answer(model, parts, seed=1, **warm)
    other = first.steps[2].measures.candidates[-1]
    branch = answer(model, parts, kept=first.ids[:2], forced=[other.id], draws_on=True, **warm)
    left = {c.id: c.sampled_probability for c in branch.steps[0].measures.candidates}
    for candidate in first.steps[2].measures.candidates:
        assert left[candidate.id] == pytest.approx(candidate.sampled_probability, abs=0.01)


def test_a_continued_answer_is_that_which_was_not_cut(model, parts):
    whole = answer(model, parts, max_tokens=12)
    half = answer(model, parts, max_tokens=6)
    rest = answer(model, parts, kept=half.ids, max_tokens=6)
    assert half.ids + rest.ids == whole.ids
    np.testing.assert_allclose(
        logprobs(half.steps + rest.steps), logprobs(whole.steps), atol=BATCHING_NOISE
    )


def test_a_character_that_was_cut_in_two_becomes_whole(model):
    smile = model.tokenize_answer("🙂")
    assert len(smile) > 1, "the test needs a character of several tokens"
    branch = answer(model, prompt("Hm?"), kept=smile[:1], forced=smile[1:], draws_on=True)
    shown = "".join(step.text for step in branch.steps[: len(smile) - 1])
    assert shown == "🙂"


def test_a_given_end_ends_the_answer(model, parts):
    ends = [token.id for token in model.tokenize([_engine.TemplateText("<|im_end|>")])]
    ended = answer(model, parts, forced=ends[-1:], draws_on=True)
    assert ended.finished.reason == FinishReason.eos
    assert ended.steps == []


def test_kept_tokens_outside_the_vocabulary_are_refused(model):
    with pytest.raises(RequestError, match="no token 4096"):
        model.submit(request(prompt("Hm?"), kept=[4096]))


def test_a_passing_picture_leaves_nothing_behind(model):
    parts = prompt("What is it?", picture(seed=7))
    first = answer(model, parts, transient=True)
    assert model.statistics().embedding_bytes == 0
    again = answer(model, parts)
    assert again.finished.usage.cached_tokens == 0
    assert model.statistics().pictures_encoded == 2
    np.testing.assert_allclose(
        logprobs(first.steps[:1]), logprobs(again.steps[:1]), atol=BATCHING_NOISE
    )


def test_a_run_that_waits_ends_at_once(model):
    busy = model.submit(request(prompt("word " * 900), max_tokens=2000))
    waiting = [
        model.submit(request(prompt(f"Wait {i}."), max_tokens=2000, seed=i)) for i in range(30)
    ]
    last = waiting[-1]
    last.stop()
    finished = last.next(0)
    assert isinstance(finished, _engine.RunFinished), "it must not wait for a turn of the engine"
    assert finished.reason == FinishReason.cancelled
    assert finished.stopped_in == _engine.RunStage.queued
    assert finished.seed == 29
    assert last.next(0) is None
    for run in [busy, *waiting[:-1]]:
        run.stop()
    assert {Answer(run).finished.reason for run in waiting[:-1]} == {FinishReason.cancelled}
