"""Caches of families that count, see or forget otherwise: right, or computed anew."""

import numpy as np
import pytest

from perhaps import _engine
from tests.engine.conftest import answer, load, picture, prompt, request
from tests.engine.test_scheduler import ask_all
from tests.helpers.model_families import make_family

NOISE = 2e-2
"""Nats; other batches add in another order."""
SEEN = picture(seed=3, height=96, width=160)


@pytest.fixture(scope="module", params=["mrope", "sliding"])
def pair(request, tmp_path_factory):
    return make_family(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture
def model(pair):
    return load(*pair)


def measures(found):
    """Ids, and log-probabilities of the first of which none can depend on an earlier tie."""
    return found.ids, [candidate.logprob for candidate in found.steps[0].measures.candidates]


def assert_same(found, plain):
    ids, logprobs = measures(found)
    expected_ids, expected = measures(plain)
    np.testing.assert_allclose(logprobs, expected, atol=NOISE)
    assert ids == expected_ids


def may_be_cut(model):
    """Whether a prefix as long as these can be; not where it is longer than a window."""
    return model.info().architecture != "gemma3"


@pytest.fixture(scope="module")
def plain(pair):
    """Answers of models that computed nothing else, by question."""
    return {
        question: answer(load(*pair), prompt(question, SEEN))
        for question in ("Red?", "What is it?")
    }


def test_the_picture_matters(model, plain):
    other = answer(model, prompt("Red?", picture(seed=4, height=96, width=160)))
    assert measures(other)[1] != pytest.approx(measures(plain["Red?"])[1], abs=NOISE)


def test_another_question_about_the_picture(model, plain):
    answer(model, prompt("Red?", SEEN))
    again = answer(model, prompt("What is it?", SEEN))
    if may_be_cut(model):
        assert again.finished.usage.cached_tokens >= again.finished.usage.image_tokens
    assert_same(again, plain["What is it?"])


def test_questions_at_once(model, plain):
    found = ask_all(model, [prompt(question, SEEN) for question in plain])
    for each, expected in zip(found, plain.values(), strict=True):
        assert_same(each, expected)
    assert model.statistics().pictures_encoded == 1


def test_work_ahead(model, plain):
    answer(model, prompt("", SEEN)[:2], prepare_only=True)
    asked = answer(model, prompt("What is it?", SEEN))
    assert "encode" not in asked.stages
    assert_same(asked, plain["What is it?"])


def test_a_known_picture_in_another_conversation(model, pair):
    answer(model, prompt("Red?", SEEN))
    opening = [_engine.TemplateText("<|im_start|>system\nBe brief.<|im_end|>\n")]
    parts = opening + prompt("What is it?", SEEN)
    assert_same(answer(model, parts), answer(load(*pair), parts))
    assert model.statistics().pictures_encoded == 1


def test_a_branch_goes_on_as_the_whole_did(model, plain):
    whole = plain["What is it?"]
    answer(model, prompt("What is it?", SEEN))
    rest = answer(model, prompt("What is it?", SEEN), kept=whole.ids[:5], max_tokens=7)
    assert whole.ids[:5] + rest.ids == whole.ids
    if may_be_cut(model):
        assert rest.finished.usage.prompt_tokens - rest.finished.usage.cached_tokens == 1


def test_a_stop_while_the_picture_is_read_leaves_nothing_wrong(model, plain):
    run = model.submit(request(prompt("What is it?", SEEN)))
    while (event := run.next()) is not None:
        if isinstance(event, _engine.RunProgress) and event.stage.name == "image_prefill":
            run.stop()
    assert_same(answer(model, prompt("What is it?", SEEN)), plain["What is it?"])
