import math

import pytest

from perhaps.state.measures import RunningMean, least_sure_words, word_span
from tests.state.builders import a_step


def test_perplexity_of_even_chances_is_their_number():
    mean = RunningMean()
    for _ in range(5):
        mean.add(math.log(1 / 4))
    assert mean.value == pytest.approx(-math.log(4))
    assert mean.perplexity == pytest.approx(4)


def test_nothing_measured_has_no_mean():
    mean = RunningMean()
    mean.add(None)
    assert mean.value is None
    assert mean.perplexity is None


def test_least_sure_words_are_whole_and_ordered():
    steps = [a_step("An", 0.99), a_step(" ele", 0.3), a_step("phant", 0.8), a_step(" gold", 0.1)]
    steps.append(a_step(".", 0.99))
    words = least_sure_words(steps)
    assert [(word.text, word.index) for word in words] == [("gold", 3), ("elephant", 1)]


def test_a_word_is_named_once_though_two_of_its_tokens_are_unsure():
    steps = [a_step(" ele", 0.3), a_step("phant", 0.2)]
    assert [word.text for word in least_sure_words(steps)] == ["elephant"]


def test_sure_answers_have_no_unsure_words():
    assert least_sure_words([a_step("Yes", 0.95), a_step(".", 0.99)]) == []


def test_a_word_without_end_is_bounded():
    steps = [a_step("a", 0.5) for _ in range(100)]
    assert len(word_span(steps, 50)) <= 17
