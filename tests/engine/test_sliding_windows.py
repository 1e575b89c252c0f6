"""Prefixes of a model whose layers look back over a few tokens only.

Seen to catch: a prefix that was cut after llama.cpp had given away the cells that its last token
did not see; answers after it were up to 4 nats off.
"""

import numpy as np
import pytest

from tests.engine.conftest import answer, load, prompt
from tests.helpers.model_families import make_family

NOISE = 0.1
"""Nats; batching and cell layout change the order of sums."""
OPENINGS = ("the first text is about cats ", "another one of birds ", "numbers 1 2 3 4 5 ")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return make_family("sliding", tmp_path_factory.mktemp("sliding"))


def logprobs(model, words, forced):
    whole = answer(model, prompt(words), forced=forced, max_tokens=len(forced))
    return [step.measures.logprob for step in whole.steps]


@pytest.mark.parametrize("context_size", [512, 2048])
def test_prompts_that_share_a_beginning_are_each_seen_whole(pair, context_size):
    model = load(*pair, context_size=context_size)
    dice = np.random.default_rng(0)
    for number in range(14):
        words = OPENINGS[number % 3] * 6
        words += " ".join(f"w{dice.integers(99)}" for _ in range(dice.integers(5, 60)))
        forced = [int(token) for token in dice.integers(300, 1000, 5)]
        fresh = load(*pair, context_size=context_size)
        np.testing.assert_allclose(
            logprobs(model, words, forced), logprobs(fresh, words, forced), atol=NOISE
        )


def test_a_chat_that_goes_on_is_not_read_again(pair):
    model = load(*pair)
    opening = prompt(OPENINGS[0] * 6)
    first = answer(model, opening)
    again = answer(model, opening, kept=first.ids)
    usage = again.finished.usage
    assert usage.prompt_tokens - usage.cached_tokens <= 1
