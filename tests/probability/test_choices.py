import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.errors import RequestError
from perhaps.probability.choices import (
    MOST_CHOICES,
    ScoredToken,
    Spelling,
    checked_choices,
    rate,
    spellings_of,
)

logprobs = st.floats(-60, 0)
spelled = st.lists(logprobs, min_size=1, max_size=5)


def spelling(text, *values):
    tokens = (ScoredToken(f"{text}{i}".encode(), value) for i, value in enumerate(values))
    return Spelling(tuple(tokens))


def rated(*pairs, by_length=False):
    choices = [f"c{i}" for i in range(len(pairs))]
    spellings = [
        spelling(f"{side}{i}", *values)
        for i, pair in enumerate(pairs)
        for side, values in zip("ab", pair, strict=True)
    ]
    return rate(choices, spellings, by_length=by_length)


def test_shares_are_probabilities_over_their_sum():
    likely, unlikely = rated(([math.log(0.1)], [math.log(0.05)]), ([math.log(0.6)], [-60.0]))
    assert (likely.text, unlikely.text) == ("c1", "c0")
    assert likely.share == pytest.approx(0.6 / 0.75)
    assert unlikely.logprob == pytest.approx(math.log(0.15))


def test_by_length_a_long_answer_is_not_unlikely_for_its_length_alone():
    long, short = ([math.log(0.5)] * 4, [-60.0]), ([math.log(0.25)], [-60.0])
    assert rated(long, short)[0].text == "c1"
    first, second = rated(long, short, by_length=True)
    assert (first.text, first.share) == ("c0", pytest.approx(0.5 / 0.75))
    assert second.mean == pytest.approx(math.log(0.25))


@given(st.lists(st.tuples(spelled, spelled), min_size=2, max_size=6), st.booleans())
def test_shares_sum_to_one_and_fall(pairs, by_length):
    choices = rated(*pairs, by_length=by_length)
    shares = [choice.share for choice in choices]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    for choice in choices:
        one, other = choice.spellings
        assert one.logprob >= other.logprob
        assert choice.logprob == pytest.approx(
            math.log(math.exp(one.logprob) + math.exp(other.logprob)), abs=1e-9
        )


def test_what_a_tokenizer_writes_alike_counts_once():
    same = Spelling((ScoredToken(b" yes", -1.0),))
    other = Spelling((ScoredToken(b" no", -1.0),))
    first, _ = rate(["yes", "no"], [same, same, other, other])
    assert first.logprob == pytest.approx(-1.0)
    assert first.spellings == (same,)


def test_impossible_answers_share_evenly():
    shares = [choice.share for choice in rated(([-math.inf], [-math.inf]), ([-math.inf],) * 2)]
    assert shares == [0.5, 0.5]


def test_each_choice_has_four_spellings_side_by_side():
    assert spellings_of(["yes", "No"]) == ("yes", " yes", "Yes", " Yes", "No", " No", "no", " no")


def test_a_spelling_that_is_another_choice_belongs_to_that_one():
    assert (
        spellings_of(["polish", "Polish"]) == ("polish", " polish") * 2 + ("Polish", " Polish") * 2
    )


def test_what_has_no_capital_is_spelled_as_it_is():
    assert set(spellings_of(["3"])) == {"3", " 3"}


def test_choices_are_trimmed():
    assert checked_choices([" Yes ", "No\t"]) == ("Yes", "No")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([], "are 0 answers"),
        (["Yes"], "is 1 answer to"),
        (["Yes", " ", "No"], "Choice 2 is empty"),
        (["Yes", "No", "Yes "], "“Yes” is there twice"),
        (["x" * 5000] * 2, "x…” is there twice"),
        ([str(i) for i in range(MOST_CHOICES + 1)], "101 answers"),
    ],
)
def test_lists_that_make_no_sense_get_one_sentence(choices, words):
    with pytest.raises(RequestError, match=words) as refused:
        checked_choices(choices)
    assert len(str(refused.value)) < 120
