import math

from perhaps.probability.least_sure import least_likely, least_sure_words, word_span
from tests.probability.builders import token, trace_of, unmeasured


def trace(*words: tuple[str, float]):
    return trace_of(*[token([share], text=text) for text, share in words])


def test_least_sure_words_are_whole_and_ordered():
    answer = trace(("An", 0.99), (" ele", 0.3), ("phant", 0.8), (" gold", 0.1), (".", 0.99))
    words = least_sure_words(answer)
    assert [(word.text, word.index) for word in words] == [("gold", 3), ("elephant", 1)]
    assert math.exp(words[0].logprob) > 0.0999


def test_a_word_is_named_once_though_two_of_its_tokens_are_unsure():
    answer = trace((" ele", 0.3), ("phant", 0.2))
    assert [word.text for word in least_sure_words(answer)] == ["elephant"]


def test_sure_answers_have_no_unsure_words():
    assert least_sure_words(trace(("Yes", 0.95), (".", 0.99))) == []


def test_a_word_without_end_is_bounded():
    assert len(word_span(["a"] * 100, 50)) <= 17


def test_unmeasured_tokens_are_not_called_unsure():
    assert least_likely(trace_of(unmeasured(), token([0.5]), unmeasured())) == [1]
