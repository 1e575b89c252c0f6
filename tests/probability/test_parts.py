"""Parts of a trace say what the whole said."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from perhaps.probability.parts import joined, part_of
from tests.probability.builders import answers, built, same


@given(answers, st.integers(0, 12), st.integers(0, 12))
def test_a_part_is_a_trace_of_those_tokens_alone(answer, first, stop):
    assert same(part_of(built(answer), first, stop), part_of(built(answer[first:stop]), 0))


@given(answers, st.lists(st.integers(0, 12), max_size=4).map(sorted))
def test_parts_make_the_whole(answer, cuts):
    trace = built(answer)
    edges = [0, *cuts, len(answer)]
    parts = [part_of(trace, *edge) for edge in itertools.pairwise(edges)]
    assert same(joined(parts), trace)


def test_no_parts_make_an_empty_trace():
    assert len(joined([])) == 0
