"""A trace gives back what was put in, however long it grows."""

import numpy as np
from hypothesis import given

from perhaps.probability.columns import Column
from perhaps.probability.trace import Origin
from tests.probability.builders import answers, built, token, trace_of, unmeasured


@given(answers)
def test_what_was_put_in_comes_out(answer):
    trace = built(answer)
    assert len(trace) == len(answer)
    for index, (each, origin) in enumerate(answer):
        assert trace.piece(index) == (each.id, each.bytes)
        assert trace.texts[index] == each.text
        assert trace.origins[index] == origin
        assert trace.elapsed_us[index] == each.elapsed_us
        assert trace.ranks[index] == (each.rank or 0)
        listed = trace.candidates(index)
        assert listed.ids == tuple(candidate.id for candidate in each.candidates)
        assert listed.bytes == tuple(candidate.bytes for candidate in each.candidates)
        assert listed.logprobs.tolist() == [candidate.logprob for candidate in each.candidates]


@given(answers)
def test_unmeasured_tokens_are_told_apart_from_certain_ones(answer):
    trace = built(answer)
    expected = [each.logprob is None for each, _ in answer]
    assert np.isnan(trace.logprobs).tolist() == expected
    assert np.isnan(trace.entropies).tolist() == expected


def test_a_view_of_a_column_stays_as_it_was_while_the_trace_grows():
    trace = trace_of(token([0.5, 0.25]))
    before = trace.logprobs
    copied = before.copy()
    for _ in range(1000):
        trace.append(token([0.9, 0.05]))
    assert before.tolist() == copied.tolist()
    assert len(trace.logprobs) == 1001


def test_a_view_cannot_be_written_to():
    assert not trace_of(token([0.5])).logprobs.flags.writeable


def test_growing_copies_each_value_a_few_times_at_most():
    column, rooms = Column(np.float64), set()
    for value in range(100_000):
        column.append(value)
        rooms.add(len(column._room))
    assert sum(rooms) < 3 * 100_000
    assert column.values.tolist() == list(range(100_000))


def test_an_equal_token_is_kept_once():
    trace = trace_of(*[token([0.5, 0.25, 0.125])] * 500)
    assert len(trace.pieces) == 3


def test_tokens_of_one_id_but_other_bytes_are_not_mixed_up():
    trace = trace_of(unmeasured("a"), unmeasured("b"))
    assert [trace.piece(0), trace.piece(1)] == [(7, b"a"), (7, b"b")]


def test_the_origin_is_drawn_unless_told():
    trace = trace_of(token([0.5]))
    trace.append(token([0.5]), Origin.kept)
    trace.append(token([0.5]), Origin.forced)
    assert trace.origins.tolist() == [Origin.drawn, Origin.kept, Origin.forced]
