import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.state.kept_trace import LONGEST_PIECE, MOST_PIECES, unmeasured_trace


def test_a_text_that_nobody_measured_has_a_token_for_each_word():
    assert unmeasured_trace("Two red\n\ncircles. ").texts == ["Two", " red", "\n\ncircles.", " "]
    assert len(unmeasured_trace("")) == 0


@pytest.mark.parametrize(
    "text", ["word " * 200_000, "a\n" * 300_000, "x" * 1_000_000, "ä🦉" * 9000]
)
def test_a_long_one_has_few_tokens_that_an_export_can_hold(text):
    trace = unmeasured_trace(text)
    assert "".join(trace.texts) == text
    assert len(trace) <= 2 * MOST_PIECES
    assert (
        max(len(trace.piece(index)[1]) for index in range(len(trace))) <= 4 * LONGEST_PIECE <= 4096
    )


@given(st.text())
def test_whatever_the_text_nothing_is_lost(text):
    assert "".join(unmeasured_trace(text).texts) == text
