from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from perhaps.archive.tree import parents_first, rooted
from tests.archive.builders import a_chat, a_message

CHAT = a_chat()


def nodes(*pairs):
    return [replace(a_message(CHAT, "user", "x"), id=id_, parent=up) for id_, up in pairs]


def pairs(messages):
    return [(each.id, each.parent) for each in messages]


def test_what_is_in_order_stays_so():
    whole = nodes((1, None), (2, 1), (3, 1), (4, 9), (5, 3))
    assert parents_first(whole) == whole


def test_a_parent_with_a_larger_id_comes_before_what_follows_it():
    mixed = nodes((1, 3), (2, 1), (3, 4), (4, None), (5, 2))
    assert pairs(parents_first(mixed)) == [(4, None), (3, 4), (1, 3), (2, 1), (5, 2)]


def test_what_runs_in_a_circle_or_hangs_on_nothing_begins_the_chat():
    circle = nodes((1, 2), (2, 1), (3, 3), (4, 2), (5, 99), (6, None))
    whole = rooted(parents_first(circle))
    assert {each.id for each in whole} == {1, 2, 3, 4, 5, 6}
    assert {each.id for each in whole if each.parent is None} >= {3, 5, 6}
    assert_parents_first(whole)


@given(st.lists(st.tuples(st.integers(1, 8), st.none() | st.integers(1, 8)), max_size=12))
def test_nothing_is_lost_whatever_the_tree(tree):
    given_ = nodes(*tree)
    ordered = parents_first(given_)
    assert sorted(map(id, ordered)) == sorted(map(id, given_))
    whole = rooted(ordered)
    assert [replace(each, parent=None) for each in whole] == [
        replace(each, parent=None) for each in ordered
    ]
    assert_parents_first(whole)


def assert_parents_first(messages):
    seen = {None}
    for each in messages:
        assert each.parent in seen
        seen.add(each.id)
