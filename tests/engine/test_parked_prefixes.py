"""Prefixes that leave the KV cache when another answer begins, and come back when they are wanted.

Seen to catch: the copies of models with sliding windows, in which llama.cpp leaves out what the
last token does not see; another question about the picture got other probabilities.
"""

import pytest

from tests.engine.conftest import answer, load, picture, prompt
from tests.engine.test_families import assert_same, may_be_cut
from tests.engine.test_scheduler import ask_all
from tests.helpers.model_families import make_family

CHATS = 20
"""More than there are sequences."""


@pytest.fixture(params=["tiny", "mrope", "sliding"])
def pair(request, tiny_pair, tmp_path):
    return tiny_pair if request.param == "tiny" else make_family(request.param, tmp_path)


def seen(number):
    return picture(seed=number, height=96, width=160)


def fresh(usage):
    """Tokens of a prompt that had to be computed."""
    return usage.prompt_tokens - usage.cached_tokens


def test_a_prefix_comes_back_as_it_was(pair):
    model = load(*pair)
    for number in (1, 2, 3):
        answer(model, prompt("What is it?", seen(number)), max_tokens=40)
    again = answer(model, prompt("What colour is it?", seen(1)))
    if may_be_cut(model):
        assert again.finished.usage.cached_tokens >= again.finished.usage.image_tokens
        assert "image_prefill" not in again.stages
    assert_same(again, answer(load(*pair), prompt("What colour is it?", seen(1))))


def test_a_chat_goes_on_after_another_one(pair):
    model = load(*pair)
    first = answer(model, prompt("What is it?", seen(1)))
    answer(model, prompt("And this?", seen(2)))
    parts, kept = prompt("What is it?", seen(1)), [int(token) for token in first.ids[:4]]
    gone_on = answer(model, parts, kept=kept)
    if may_be_cut(model):
        assert fresh(gone_on.finished.usage) == 1
    assert gone_on.ids[:4] == first.ids[4:8]


def test_more_chats_than_sequences_are_remembered(blind):
    openings = [f"{number}: " + "word " * 40 for number in range(CHATS)]
    for opening in openings:
        answer(blind, prompt(opening))
    for opening in openings:
        assert fresh(answer(blind, prompt(opening)).finished.usage) == 1


def test_idle_prefixes_leave_their_cells(tiny_pair):
    """Else this many chats would not fit."""
    model = load(tiny_pair[0], context_size=512)
    for number in range(6):
        answer(model, prompt(f"{number}: " + "word " * 60), max_tokens=100)
    assert model.statistics().held_tokens > 512
    assert fresh(answer(model, prompt("0: " + "word " * 60)).finished.usage) == 1


def test_a_few_common_tokens_bring_nothing_back(blind):
    answer(blind, prompt("word " * 60))
    other = answer(blind, prompt("other " * 60))
    assert other.finished.usage.cached_tokens < 16


def test_two_chats_take_turns(pair):
    model = load(*pair)
    chats = {number: prompt("What is it?", seen(number)) for number in (1, 2)}
    said = {number: [] for number in chats}
    for _ in range(3):
        for number, parts in chats.items():
            turn = answer(model, parts, kept=said[number], max_tokens=20)
            assert not said[number] or fresh(turn.finished.usage) == 1
            said[number] += [int(token) for token in turn.ids]
    for number, parts in chats.items():
        at_once = answer(load(*pair), parts, max_tokens=60)
        assert said[number][:20] == [int(token) for token in at_once.ids[:20]]


def test_many_answers_end_and_their_question_is_still_known(blind):
    parts = prompt("9: " + "word " * 40)
    ask_all(blind, [parts] * 8, temperature=1.0)
    answer(blind, prompt("Something else altogether, to have the cells for itself."))
    assert fresh(answer(blind, parts).finished.usage) == 1
