"""Many answers at once: shared prefixes, fairness, and no harm from one to another."""

import threading

import numpy as np
import pytest

from perhaps import _engine
from tests.engine.conftest import Answer, answer, load, picture, prompt, request

FinishReason = _engine.FinishReason
BATCHING_NOISE = 0.15
"""Logits of the test model spread by about 3; batching and cell layout change the order of sums."""


@pytest.fixture
def model(tiny_pair):
    return load(*tiny_pair)


def ask_all(model, prompts, **fields):
    """Submit all before any is read, then read all at the same time."""
    runs = [model.submit(request(parts, **fields)) for parts in prompts]
    answers = [None] * len(runs)

    def read(index):
        answers[index] = Answer(runs[index])

    threads = [threading.Thread(target=read, args=[index]) for index in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_questions_about_one_picture_encode_it_once(model):
    seen = picture(seed=1)
    answers = ask_all(model, [prompt(f"Question {i}?", seen) for i in range(6)])
    assert model.statistics().pictures_encoded == 1
    assert sum(each.finished.usage.cached_tokens == 0 for each in answers) == 1
    shared = [each.finished.usage for each in answers if each.finished.usage.cached_tokens]
    assert all(usage.cached_tokens > usage.image_tokens for usage in shared)


def test_several_answers_to_one_question_read_it_once(model):
    parts = prompt("What is it?", picture(seed=2))
    answers = ask_all(model, [parts] * 4, temperature=1.0)
    usages = [each.finished.usage for each in answers]
    assert sorted(usage.prompt_tokens - usage.cached_tokens for usage in usages)[:3] == [1, 1, 1]


def test_answers_at_once_are_those_of_one_at_a_time(model, tiny_pair):
    prompts = [prompt(f"Question {i}?", picture(seed=i % 3)) for i in range(9)]
    together = ask_all(model, prompts, keep_logits=True, max_tokens=3)
    for parts, found in zip(prompts, together, strict=True):
        alone = answer(load(*tiny_pair), parts, keep_logits=True, max_tokens=3)
        np.testing.assert_allclose(
            found.steps[0].logits, alone.steps[0].logits, atol=BATCHING_NOISE
        )


def test_answers_share_batches(model):
    before = model.statistics().batches
    ask_all(model, [prompt(f"Question {i}?") for i in range(8)], max_tokens=30)
    assert model.statistics().batches - before < 8 * 30 / 3


def test_more_requests_than_sequences_all_end(model):
    answers = ask_all(model, [prompt(f"Question {i}?") for i in range(40)], max_tokens=4)
    assert {each.finished.reason for each in answers} == {FinishReason.length}


def test_a_failing_request_harms_no_other(model):
    good, bad = prompt("Go on."), prompt("word " * 5000)
    answers = ask_all(model, [good, bad, good], max_tokens=20)
    assert [each.finished.reason for each in answers] == [
        FinishReason.length,
        FinishReason.failed,
        FinishReason.length,
    ]


def test_a_stopped_request_harms_no_other(model):
    kept = model.submit(request(prompt("Go on."), max_tokens=60, keep_logits=True))
    stopped = [model.submit(request(prompt(f"Stop {i}."), max_tokens=4000)) for i in range(5)]
    for run in stopped:
        run.next()
        run.stop()
    assert {Answer(run).finished.reason for run in stopped} == {FinishReason.cancelled}
    whole = Answer(kept)
    assert whole.finished.reason == FinishReason.length
    alone = answer(model, prompt("Go on."), max_tokens=60, keep_logits=True)
    np.testing.assert_allclose(whole.steps[0].logits, alone.steps[0].logits, atol=BATCHING_NOISE)


def test_reading_a_long_text_does_not_hold_up_writing(model):
    writing = model.submit(request(prompt("Go on."), max_tokens=2000))
    while not isinstance(writing.next(), _engine.TokenStep):
        pass
    reading = model.submit(request(prompt("word " * 900), max_tokens=1))
    parts = sum(isinstance(event, _engine.RunProgress) for event in Answer(reading).events)
    written = 0
    while writing.next(0) is not None:
        written += 1
    writing.stop()
    assert parts >= 5, "the text must have been read in several parts"
    assert written >= 4, "and a token written with each of them"


def test_idle_prefixes_make_room_before_anything_fails(tiny_pair):
    model = load(*tiny_pair, context_size=512)
    for i in range(6):
        whole = answer(model, prompt(f"{i} " * 60), max_tokens=60)
        assert whole.finished.reason == FinishReason.length


def test_what_does_not_fit_alone_fails_and_the_others_go_on(tiny_pair):
    model = load(*tiny_pair, context_size=512)
    long, short = prompt("word " * 600), prompt("word " * 30)
    answers = ask_all(model, [short, long, short], max_tokens=300)
    reasons = [each.finished.reason for each in answers]
    assert reasons == [FinishReason.length, FinishReason.failed, FinishReason.length]
    assert answers[1].finished.error_kind == "ContextFullError"
    assert answer(model, prompt("Still there?")).finished.reason == FinishReason.length


def test_a_short_text_does_not_wait_for_a_long_one_beside_others(model):
    writing = [model.submit(request(prompt(f"{n}"), max_tokens=2000)) for n in range(6)]
    for run in writing:
        while not isinstance(run.next(), _engine.TokenStep):
            pass
    long = model.submit(request(prompt("word " * 850), max_tokens=1))
    short = model.submit(request(prompt("Hello."), max_tokens=1))
    while not isinstance(short.next(), _engine.TokenStep):
        pass
    told = list(iter(lambda: long.next(0), None))
    for run in writing:
        run.stop()
    assert all(event.stage == _engine.RunStage.text_prefill for event in told)
    assert Answer(long).finished.reason == FinishReason.length


def test_the_same_picture_twice_in_a_conversation_is_encoded_once(model):
    seen = picture(seed=6)
    answer(model, [*prompt("What is it?", seen), *prompt("And this?", seen)])
    assert model.statistics().pictures_encoded == 1


def test_a_known_picture_is_not_encoded_again_in_another_chat(model):
    first = answer(model, prompt("What is it?", picture(seed=5)), keep_logits=True)
    opening = [_engine.TemplateText("<|im_start|>system\nBe brief.<|im_end|>\n")]
    answer(model, opening + prompt("What is it?", picture(seed=5)))
    statistics = model.statistics()
    assert (statistics.pictures_encoded, statistics.pictures_known) == (1, 1)
    assert first.finished.usage.image_tokens * 256 * 2 == statistics.embedding_bytes
