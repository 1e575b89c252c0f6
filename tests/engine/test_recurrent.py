"""A model whose memory cannot be cut back: recomputed, never wrong."""

import numpy as np
import pytest

from tests.engine.conftest import answer, load, prompt
from tests.engine.test_scheduler import ask_all
from tests.helpers.recurrent_model import make_recurrent_model


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return make_recurrent_model(tmp_path_factory.mktemp("mamba") / "mamba.gguf")


@pytest.fixture
def model(path):
    return load(path)


def first_logits(model, parts):
    return answer(model, parts, keep_logits=True).steps[0].logits


def test_another_question_is_read_anew(model, path):
    answer(model, prompt("A long question that shares its beginning?"))
    again = answer(model, prompt("A long question that differs?"), keep_logits=True)
    assert again.finished.usage.cached_tokens == 0
    expected = first_logits(load(path), prompt("A long question that differs?"))
    np.testing.assert_allclose(again.steps[0].logits, expected, atol=1e-3)


def test_an_answer_can_be_forced(model):
    drawn = answer(model, prompt("One?"))
    forced = answer(model, prompt("One?"), forced=drawn.ids)
    assert [step.measures.rank for step in forced.steps] == [1] * len(drawn.ids)


def test_many_questions_at_once_are_each_answered_right(model, path):
    prompts = [prompt(f"Question {i}?") for i in range(5)]
    together = ask_all(model, prompts, keep_logits=True, max_tokens=2)
    for parts, found in zip(prompts, together, strict=True):
        np.testing.assert_allclose(
            found.steps[0].logits, first_logits(load(path), parts), atol=1e-3
        )
