"""One answer through the real engine: stages, ends, stops and the kept prefix."""

import time

import numpy as np
import pytest

from perhaps import _engine
from perhaps.errors import ImageError, RequestError
from tests.engine.conftest import Answer, answer, load, picture, prompt, request

FinishReason = _engine.FinishReason


def test_a_picture_passes_every_stage_in_order(seeing):
    stages = answer(seeing, prompt("What is it?", picture(seed=41))).stages
    assert stages == ["text_prefill", "encode", "image_prefill", "text_prefill", "decode"]


def test_streamed_text_is_the_text_of_the_tokens(seeing):
    whole = answer(seeing, prompt("What is it?", picture()), max_tokens=40)
    raw = b"".join(step.bytes for step in whole.steps)
    assert whole.text == raw.decode("utf-8", "replace")


def test_an_answer_ends_at_its_limit(seeing):
    whole = answer(seeing, prompt("Count."), max_tokens=7)
    assert whole.finished.reason == FinishReason.length
    assert whole.finished.usage.generated_tokens == len(whole.steps) == 7


def test_an_answer_ends_where_the_model_ends_it(tmp_path):
    from tests.helpers.model_maker import make_pair

    path, _ = make_pair("tiny", tmp_path, projector=False, control_scale=4.0)
    whole = answer(load(path), prompt("Stop soon."), max_tokens=200)
    assert whole.finished.reason == FinishReason.eos
    assert len(whole.steps) < 200


def test_an_answer_ends_before_a_stop_string(seeing):
    free = answer(seeing, prompt("Count."), max_tokens=12)
    word = free.steps[4].text.strip()
    stopped = answer(seeing, prompt("Count."), max_tokens=12, stop=[word])
    assert stopped.finished.reason == FinishReason.stop
    assert stopped.text == free.text[: free.text.index(word)]


def test_an_answer_ends_when_the_context_is_full(tiny_pair):
    model = load(tiny_pair[0], context_size=256)
    whole = answer(model, prompt("Go on."), max_tokens=10_000)
    assert whole.finished.reason == FinishReason.context_full
    usage = whole.finished.usage
    # The last token is written, but not read again: it needs no cell.
    assert usage.prompt_tokens + usage.generated_tokens == model.info().context_size + 1


def test_a_conversation_that_does_not_fit_is_refused_in_words(seeing):
    whole = answer(seeing, prompt("word " * 5000))
    assert whole.finished.reason == FinishReason.failed
    assert whole.finished.error_kind == "ContextFullError"
    assert "the context has 4096" in whole.finished.error
    assert answer(seeing, prompt("Still there?")).finished.reason == FinishReason.length


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"top_logprobs": 65}, "top_logprobs is 65"),
        ({"temperature": -1.0}, "temperature is -1.0"),
        ({"temperature": float("nan")}, "temperature is"),
        ({"temperature": 1.0, "top_p": 0.0}, "top-p is 0.0"),
    ],
)
def test_values_out_of_range_are_refused(seeing, fields, sentence):
    with pytest.raises(RequestError, match=sentence):
        seeing.submit(request(prompt("Hm?"), **fields))


def test_a_blind_model_chats_and_refuses_pictures(blind):
    assert len(answer(blind, prompt("Hello.")).steps) == 12
    refused = answer(blind, prompt("What is it?", picture()))
    assert refused.finished.error_kind == "ImageError"
    assert "projector" in refused.finished.error
    with pytest.raises(ImageError):
        blind.picture_cost(100, 100)


def test_a_follow_up_reads_only_what_is_new(seeing):
    first = answer(seeing, prompt("What is it?", picture(seed=7)))
    conversation = [
        *prompt("What is it?", picture(seed=7)),
        _engine.UserText(first.text),
        *prompt("And its colour?"),
    ]
    follow_up = answer(seeing, conversation)
    assert "encode" not in follow_up.stages
    assert follow_up.finished.timings.image_encode == 0
    assert follow_up.finished.usage.cached_tokens >= first.finished.usage.prompt_tokens


def test_the_kept_prefix_changes_no_token(seeing, tiny_pair):
    fresh = load(*tiny_pair)
    answer(seeing, prompt("Something else?", picture(seed=8)))
    kept = answer(seeing, prompt("What is it?", picture(seed=8)), keep_logits=True)
    new = answer(fresh, prompt("What is it?", picture(seed=8)), keep_logits=True)
    assert kept.finished.usage.cached_tokens > new.finished.usage.cached_tokens == 0
    # Logits spread by about 3; another layout of the cells changes the order of sums.
    np.testing.assert_allclose(kept.steps[0].logits, new.steps[0].logits, atol=0.15)


def test_another_picture_is_encoded(seeing):
    answer(seeing, prompt("What is it?", picture(seed=9)))
    other = answer(seeing, prompt("What is it?", picture(seed=10)))
    assert "encode" in other.stages


def test_a_stopped_answer_keeps_what_was_written(seeing):
    run = seeing.submit(request(prompt("Go on."), max_tokens=4000))
    while not isinstance(run.next(), _engine.TokenStep):
        pass
    run.stop()
    rest = Answer(run)
    assert rest.finished.reason == FinishReason.cancelled
    assert rest.finished.stopped_in == _engine.RunStage.decode
    assert rest.finished.usage.generated_tokens == len(rest.steps) + 1 < 4000


def test_an_answer_stopped_while_it_waits_never_begins(seeing):
    long = seeing.submit(request(prompt("Go on."), max_tokens=4000))
    waiting = seeing.submit(request(prompt("Me too.")))
    waiting.stop()
    ended = Answer(waiting)
    assert ended.events == [ended.finished]
    assert ended.finished.stopped_in == _engine.RunStage.queued
    long.stop()
    assert Answer(long).finished.reason == FinishReason.cancelled


def test_answers_after_a_stop_are_as_if_nothing_happened(seeing):
    parts = prompt("What is it?", picture(seed=11))
    expected = answer(seeing, parts, keep_logits=True).steps[0].logits
    for pause in (0.0, 0.002, 0.005, 0.01, 0.02, 0.04):
        run = seeing.submit(request(prompt("What is it?", picture(seed=12)), max_tokens=4000))
        time.sleep(pause)
        run.stop()
        assert Answer(run).finished.reason == FinishReason.cancelled
        found = answer(seeing, parts, keep_logits=True).steps[0].logits
        np.testing.assert_allclose(found, expected, atol=0.15)


def test_a_dropped_run_stops(seeing):
    run = seeing.submit(request(prompt("Go on."), max_tokens=4000))
    del run
    start = time.monotonic()
    answer(seeing, prompt("Next."), max_tokens=1)
    assert time.monotonic() - start < 30


def test_a_picture_that_lies_about_its_size_is_refused():
    with pytest.raises(ValueError, match="shape"):
        _engine.Picture(np.zeros((4, 4), np.uint8), "flat")
