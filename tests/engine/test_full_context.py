"""More answers at once than the context has cells for: they take turns, and lose nothing.

Seen to fail where the answer that came last was given up as soon as the cells were used up.
"""

import numpy as np
import pytest

from perhaps import _engine
from tests.engine.conftest import answer, load, picture, prompt
from tests.engine.test_scheduler import ask_all

FinishReason = _engine.FinishReason
CONTEXT = 512
BATCHING_NOISE = 0.1
"""Nats; the same tokens in other batches, over two hundred steps."""


@pytest.fixture
def narrow(tiny_pair):
    return load(*tiny_pair, context_size=CONTEXT)


def logprobs(whole):
    return [step.measures.logprob for step in whole.steps]


def assert_as_likely_alone(pair, parts, found):
    """Where room was made and taken again, the answer must still have seen all before it."""
    alone = load(*pair, context_size=CONTEXT)
    forced = answer(alone, parts, forced=found.ids, max_tokens=len(found.ids))
    np.testing.assert_allclose(logprobs(found), logprobs(forced), atol=BATCHING_NOISE)


def test_answers_that_outgrow_the_context_together_all_end(narrow, tiny_pair):
    prompts = [prompt(f"{number} " * 20) for number in range(6)]
    answers = ask_all(narrow, prompts, max_tokens=200)
    assert [each.finished.reason for each in answers] == [FinishReason.length] * len(prompts)
    assert [len(each.steps) for each in answers] == [200] * len(prompts)
    for parts, found in zip(prompts, answers, strict=True):
        assert_as_likely_alone(tiny_pair, parts, found)


def test_pictures_that_do_not_fit_together_are_seen_in_turn(narrow):
    prompts = [prompt("What is it?", picture(seed=number)) for number in range(10)]
    answers = ask_all(narrow, prompts, max_tokens=20)
    assert {each.finished.reason for each in answers} == {FinishReason.length}


def test_answers_to_one_long_question_share_its_cells(narrow):
    parts = prompt("word " * 120)
    answers = ask_all(narrow, [parts] * 8, max_tokens=8, temperature=1.0)
    assert {each.finished.reason for each in answers} == {FinishReason.length}
    usages = [each.finished.usage for each in answers]
    assert sorted(usage.prompt_tokens - usage.cached_tokens for usage in usages)[:7] == [1] * 7


def test_one_that_outgrows_the_context_alone_ends_there(narrow):
    whole = answer(narrow, prompt("Go on."), max_tokens=4000)
    assert whole.finished.reason == FinishReason.context_full
    assert len(whole.steps) > CONTEXT - 50
