from hypothesis import given
from hypothesis import strategies as st

from perhaps.probability.compare import compare

tokens = st.lists(st.integers(0, 4), max_size=30)


@given(tokens, tokens)
def test_every_token_stands_once_and_in_order(left, right):
    pairs = compare(left, right).pairs
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left)))
    assert [pair.right for pair in pairs if pair.right is not None] == list(range(len(right)))
    for pair in pairs:
        assert pair.left is not None or pair.right is not None
        if pair.same:
            assert left[pair.left] == right[pair.right]
        elif None not in (pair.left, pair.right):
            assert left[pair.left] != right[pair.right]


@given(tokens, tokens)
def test_they_part_at_the_first_difference(left, right):
    found = compare(left, right)
    assert left[: found.shared] == right[: found.shared]
    assert found.parts == (left != right)
    if found.parts:
        assert not found.pairs[found.shared].same
        assert found.differences[0] == found.shared


@given(tokens)
def test_an_answer_is_like_itself(answer):
    found = compare(answer, answer)
    assert (found.shared, found.parts, found.differences) == (len(answer), False, ())


def test_what_was_put_in_between_moves_nothing_else():
    pairs = compare(["the", "circle", "is", "red"], ["the", "big", "circle", "is", "blue"]).pairs
    assert [(pair.left, pair.right, pair.same) for pair in pairs] == [
        (0, 0, True), (None, 1, False), (1, 2, True), (2, 3, True), (3, 4, False),
    ]  # fmt: skip


def test_long_answers_of_few_different_tokens_are_aligned():
    left, right = [i % 3 for i in range(4000)], [i % 2 for i in range(4000)]
    pairs = compare(left, right).pairs
    assert sum(pair.left is not None for pair in pairs) == 4000
    assert sum(pair.right is not None for pair in pairs) == 4000
