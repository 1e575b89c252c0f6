"""How sure the key tokens are, beside how often they are right."""

import pytest
from recipe.answering import Said
from recipe.calibration import bins_of, calibration_error, diagram, key_probability


def test_the_key_tokens_carry_the_probability():
    said = Said("", (("The", 0.9), (" star", 0.8), (" is", 1.0), (" red", 0.5), (".", 1.0)))
    assert key_probability("colour", said) == 0.5


def test_both_words_of_a_place_count():
    said = Said("", ((" at", 1.0), (" the", 1.0), (" top", 0.5), (" left", 0.5)))
    assert key_probability("where", said) == 0.25


def test_an_answer_without_key_words_has_none():
    assert key_probability("colour", Said("", (("Hm", 0.5),))) is None


def test_answers_as_sure_as_right_have_no_error():
    pairs = [(0.75, True), (0.75, True), (0.75, True), (0.75, False)]
    assert calibration_error(bins_of(pairs)) == 0


def test_answers_that_are_too_sure_have_the_difference_as_error():
    assert calibration_error(bins_of([(1.0, False), (1.0, True)])) == pytest.approx(0.5)


def test_certainty_and_doubt_lie_in_different_bins():
    assert [b.count for b in bins_of([(0.05, False), (1.0, True), (0.95, True)])] == [1, 2]


def test_the_diagram_has_a_dot_for_each_bin():
    assert diagram(bins_of([(0.05, False), (1.0, True)])).count("<circle") == 2


def test_of_what_is_read_only_the_word_counts():
    said = Said("", (("The", 0.9), (" word", 0.9), (" is", 0.9), (" ti", 0.5), ("ger", 0.5)))
    assert key_probability("word", said) == 0.25
