"""Texts cut where nothing is torn apart."""

from hypothesis import given
from hypothesis import strategies as st

from perhaps.markdown.segments import MOST, MOST_CODE, open_fence, segments

PARAGRAPH = "word " * 100 + "\n\n"


@given(st.lists(st.sampled_from(["a\n", "\n", "```\n", "- b\n", "  c\n", "word " * 200, "> d\n"])))
def test_the_parts_are_the_text(pieces):
    text = "".join(pieces)
    parts = list(segments(text))
    assert "".join(part for _, part in parts) == text
    assert all(text[start : start + len(part)] == part for start, part in parts)


def test_parts_are_bounded_and_end_between_paragraphs():
    parts = [part for _, part in segments(PARAGRAPH * 40)]
    assert len(parts) > 3
    assert all(len(part) <= MOST and part.endswith("\n\n") for part in parts)


def test_a_list_is_not_cut_between_its_items():
    text = PARAGRAPH * 4 + "- one\n\n  more\n\n- two\n" + "\n" + PARAGRAPH
    parts = [part for _, part in segments(text)]
    assert any("- one" in part and "- two" in part for part in parts)


def test_one_endless_line_is_cut_all_the_same():
    assert max(len(part) for _, part in segments("x" * 50_000)) <= MOST


def test_code_is_cut_only_where_it_is_endless():
    code = "```\n" + "x = 1\n" * 2000 + "```\n"
    assert [part for _, part in segments(code)] == [code]
    endless = [part for _, part in segments("```\n" + "x = 1\n" * 10_000)]
    assert max(map(len, endless)) <= MOST_CODE
    assert open_fence(endless[0]) == "```\n"
    assert open_fence("~~~ python\na\n~~~\n") == ""
