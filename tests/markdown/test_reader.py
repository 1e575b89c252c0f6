"""What Markdown is read into, and what it is never read into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.markdown.blocks import Code, Paragraph, Rule, Style, Table
from perhaps.markdown.reader import may_hold_markdown, read
from perhaps.markdown.reading import Reading
from tests.helpers.hostile_markdown import LARGE, TALKATIVE

MARKED = st.text(alphabet="ab *_`#>|-[]()!\\$~&<;1.\n\t", max_size=300)


def blocks_of(text):
    return [block for blocks in read(text) for block in blocks]


def words(block):
    return "".join(span.text for span in block.spans)


def test_headings_lists_and_quotes_are_flat():
    text = "# One\n\n1. a\n2. b\n   - c\n     > d\n\n   e\n"
    blocks = blocks_of(text)
    shapes = [(words(b), b.heading, b.marker, b.indent, b.quote) for b in blocks]
    assert shapes == [
        ("One", 1, "", 0, 0),
        ("a", 0, "1.", 1, 0),
        ("b", 0, "2.", 1, 0),
        ("c", 0, "◦", 2, 0),
        ("d", 0, "", 2, 1),
        ("e", 0, "", 1, 0),
    ]


def test_styles_nest():
    (block,) = blocks_of("**a *b* `c`** ~~d~~")
    assert [(s.text, s.style) for s in block.spans if s.text.strip()] == [
        ("a ", Style.bold),
        ("b", Style.bold | Style.italic),
        ("c", Style.bold | Style.code),
        ("d", Style.struck),
    ]


def test_code_keeps_every_character():
    (block,) = blocks_of("```python\na  =\t1\n\n<b>\n```")
    assert block == Code("a  =\t1\n\n<b>", "python", start=10)


def test_tables_have_rows_and_sides():
    (table,) = blocks_of("| a | b |\n|:-|-:|\n| 1 | **2** |")
    assert isinstance(table, Table)
    assert table.alignments == ("left", "right")
    assert [[cell[0].text for cell in row] for row in table.rows] == [["a", "b"], ["1", "2"]]


def test_lines_across_and_line_breaks_are_kept():
    first, second = blocks_of("a\nb\n\n---")
    assert words(first) == "a\nb"
    assert second == Rule()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("$x^2$", "x²"), (r"\(a\)", "a"), ("$$\nE\n$$", "E"), (r"\[ z \]", "z")],
)
def test_formulas_are_text(text, shown):
    (block,) = blocks_of(text)
    (span,) = block.spans
    assert (span.text, span.style) == (shown, Style.formula)


def test_money_is_no_formula():
    (block,) = blocks_of("It costs $5 and then $6.")
    assert words(block) == "It costs $5 and then $6."


def test_html_stays_what_was_written():
    (block,) = blocks_of("<b>x</b> <img src=a onerror=b>")
    assert words(block) == "<b>x</b> <img src=a onerror=b>"


@pytest.mark.parametrize("name", TALKATIVE)
def test_only_pages_and_mail_are_links(name):
    for block in blocks_of(TALKATIVE[name]):
        for span in getattr(block, "spans", ()):
            assert span.href == "" or span.href.startswith(("http://", "https://", "mailto:"))


def test_links_keep_their_address():
    (block,) = blocks_of("[a](https://b.c/d) <mailto:e@f.g> [h](javascript:i) [j](data:k)")
    links = [(span.text, span.href) for span in block.spans if span.href]
    assert links == [("a", "https://b.c/d"), ("mailto:e@f.g", "mailto:e@f.g")]


def test_words_are_found_in_the_source_behind_escapes_and_names():
    text = r"a &amp; **b\*** \_c and [d](https://e.f) d"
    (block,) = blocks_of(text)
    placed = [span for span in block.spans if span.start is not None]
    assert all(text[s.start : s.start + len(s.text)] == s.text for s in placed)
    assert [s.text for s in placed][-1].strip() == "d"
    assert placed[-1].start > text.index("e.f")


def test_long_code_stays_in_one_piece():
    code = "\n".join(f"line {number}" for number in range(1000))
    found = [b for b in blocks_of(f"Look:\n\n```\n{code}\n```\n\nEnd") if isinstance(b, Code)]
    assert [block.text for block in found] == [code]


@given(MARKED)
def test_whatever_is_placed_stands_there(text):
    for block in blocks_of(text):
        if isinstance(block, Paragraph):
            for span in block.spans:
                if span.start is not None:
                    assert text[span.start : span.start + len(span.text)] == span.text
        if isinstance(block, Code) and block.start is not None:
            assert text[block.start : block.start + len(block.text)] == block.text


@given(st.text(alphabet="ab ,\n", min_size=1, max_size=200))
def test_plain_words_are_not_lost(text):
    shown = " ".join(word for block in blocks_of(text) for word in _all_words(block))
    assert shown.split() == text.split()


@pytest.mark.parametrize("name", LARGE)
def test_segments_of_hostile_texts_are_bounded(name):
    for _, blocks in zip(range(30), read(LARGE[name]), strict=False):
        assert len(blocks) < 3500
        for block in blocks:
            assert not isinstance(block, Paragraph) or len(block.spans) <= 3100
            assert not isinstance(block, Paragraph) or block.quote + block.indent <= 24


def test_plain_text_is_not_worth_formatting():
    assert not Reading("Two blue circles, and a star.\nThat is all.").holds_structure()
    assert not Reading("5 > 3 & 2 * 3 = 6, costs $5").holds_structure()
    assert Reading("Two **blue** circles").holds_structure()
    assert Reading("plain\n\n- one\n- two").holds_structure()
    assert not may_hold_markdown("Two blue circles, and a star.")


def _all_words(block):
    if isinstance(block, Code):
        return block.text.split()
    return words(block).split()
