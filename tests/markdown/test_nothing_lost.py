"""Every word of an answer is among its blocks, however deep, wide or long it stands."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perhaps.markdown.blocks import MOST_CELLS, Code, Paragraph, Table, in_parts
from perhaps.markdown.parser import DEEPEST
from perhaps.markdown.reader import read
from perhaps.markdown.tables import MOST_COLUMNS, MOST_ROWS, surplus

MARKS = (
    "",
    "- ",
    "  - ",
    "    - ",
    "      * ",
    "        - ",
    "1. ",
    "   2. ",
    "> ",
    ">> - ",
    ">" * 14,
)
MORE_MARKS = (">>>>>> ", "    ", "  ", "# ", "| a | b |\n|---|---|\n", "| ", "\n", "\n\n    - ")
HEAD = "| name | value |\n|---|--:|\n"


def blocks_of(text):
    return [block for blocks in read(text) for block in blocks]


def cells_of(table):
    return [["".join(span.text for span in cell) for cell in row] for row in table.rows]


def words_of(block):
    if isinstance(block, Table):
        return [word for row in cells_of(block) for cell in row for word in cell.split()]
    spans = getattr(block, "spans", ())
    return (block.text if isinstance(block, Code) else "".join(s.text for s in spans)).split()


def all_words(text):
    return [word for block in blocks_of(text) for word in words_of(block)]


def a_row(number):
    return f"| row {number} of the table with some words | its value {number} is told here |\n"


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(MARKS + MORE_MARKS), min_size=1, max_size=40),
    st.sampled_from((1, 30, 120)),
)
def test_every_word_is_there(marks, length):
    fill = " and" * length
    text = "".join(f"{mark}word{number}x{fill}\n" for number, mark in enumerate(marks))
    shown = " ".join(all_words(text))
    for number in range(len(marks)):
        assert f"word{number}x" in shown
    assert shown.count("and") >= length * len(marks)


def test_lists_keep_their_levels_far_down():
    text = "".join(f"{'  ' * level}- level{level}\n" for level in range(DEEPEST // 2))
    blocks = blocks_of(text + "\nEnd.")
    assert [block.indent for block in blocks] == [*range(1, DEEPEST // 2 + 1), 0]
    assert all(block.marker for block in blocks[:-1])


@pytest.mark.parametrize("mark", ["  - ", "> "])
def test_what_is_too_deep_is_text_and_what_follows_is_not(mark):
    if mark == "> ":
        text = "".join(f"{mark * level}quote{level}\n" for level in range(1, 40))
    else:
        text = "".join(f"{'  ' * level}- item{level}\n" for level in range(40))
    *deep, last = blocks_of(text + "\n- **back** here\n")
    assert (last.indent, last.quote, last.marker) == (1, 0, "•")
    assert len([word for block in deep for word in words_of(block) if len(word) > 4]) == 39 + (
        mark != "> "
    )
    assert max(block.quote + block.indent for block in deep) <= DEEPEST


def test_a_table_of_many_segments_stays_a_table():
    text = HEAD + "".join(a_row(number) for number in range(80)) + "\nAfter **it**.\n"
    *tables, after = blocks_of(text)
    assert len(tables) > 1
    assert all(isinstance(table, Table) for table in tables)
    assert {tuple(cells_of(table)[0]) for table in tables} == {("name", "value")}
    assert {table.alignments for table in tables} == {("", "right")}
    rows = [row for table in tables for row in cells_of(table)[1:]]
    assert [row[1] for row in rows] == [f"its value {number} is told here" for number in range(80)]
    assert words_of(after) == ["After", "it."]


def test_cells_of_later_segments_stand_where_they_are_found():
    text = "Look:\n\n" + HEAD + "".join(a_row(number) for number in range(150))
    tables = [block for block in blocks_of(text) if isinstance(block, Table)]
    spans = [[span for row in table.rows[1:] for cell in row for span in cell] for table in tables]
    assert len(tables) > 2
    for each in spans:
        assert all(text[span.start : span.start + len(span.text)] == span.text for span in each)
    starts = [span.start for each in spans for span in each]
    assert starts == sorted(set(starts))
    heads = [span.start for table in tables[1:] for cell in table.rows[0] for span in cell]
    assert heads == [None] * 2 * (len(tables) - 1)


def test_a_quoted_table_goes_on_as_one():
    text = "".join(f"> {line}\n" for line in (HEAD + "".join(map(a_row, range(60)))).splitlines())
    blocks = blocks_of(text)
    assert all(isinstance(block, Table) and block.quote == 1 for block in blocks)
    assert sum(len(block.rows) - 1 for block in blocks) == 60


def test_rows_without_room_go_on_in_another_table():
    count = 2 * MOST_ROWS + 5
    tables = blocks_of("|a|b|\n|-|-|\n" + "".join(f"|{n}|x|\n" for n in range(count)))
    assert max(len(table.rows) for table in tables) == MOST_ROWS + 1
    assert [row[0] for table in tables for row in cells_of(table)[1:]] == [
        str(number) for number in range(count)
    ]


def test_columns_without_room_stand_in_the_last_one():
    names = [f"c{number}" for number in range(MOST_COLUMNS + 4)]
    line = "|" + "|".join(names) + "|\n"
    (table,) = blocks_of(line + "|" + "---|" * len(names) + "\n" + line.replace("c", "v"))
    assert [len(row) for row in table.rows] == [MOST_COLUMNS] * 2
    assert cells_of(table)[1][-1] == "v15 | v16 | v17 | v18 | v19"


def test_cells_beyond_the_columns_are_kept():
    (table,) = blocks_of("| a | b |\n|---|---|\n| 1 | 2 | 3 | **4** |\n")
    assert cells_of(table)[1] == ["1", "2 | 3 | **4**"]
    assert surplus(r"| a \| b | c |", 2) == ""
    assert surplus("> 1 | 2 | 3\n", 2) == "3"
    assert surplus("|", 2) == ""


def test_a_table_of_blanks_stays_text():
    text = "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + "|word|\n" * 300
    assert all(isinstance(block, Paragraph) for block in blocks_of(text))
    assert all_words(text).count("|word|") == 300


@pytest.mark.parametrize("length", [10, 23, 60, 111])
def test_an_item_of_a_list_is_not_torn_into_code(length):
    def item(number):
        return f"- **Step {number}**\n    - a detail{' and' * length}\n    - another\n"

    blocks = blocks_of("".join(map(item, range(60))))
    assert not any(isinstance(block, Code) for block in blocks)
    assert [block.indent for block in blocks] == [1, 2, 2] * 60


def test_one_endless_item_is_torn_but_makes_no_code():
    text = "- All:\n" + "".join(f"    - point {number} of many\n" for number in range(400))
    blocks = blocks_of(text)
    assert not any(isinstance(block, Code) for block in blocks)
    assert len(blocks) == 401
    assert all(block.marker for block in blocks)


def test_endless_code_of_indented_lines_stays_code():
    text = "Look:\n\n" + "".join(f"    x{number} = {number}\n" for number in range(900))
    blocks = blocks_of(text)
    assert all(isinstance(block, Code) for block in blocks[1:])
    assert len(re.findall(r"x\d+ =", "\n".join(block.text for block in blocks[1:]))) == 900


def test_addresses_that_are_named_apart_are_shown_and_linked_from_afar():
    text = "See [the page][1].\n\n" + "Words and words.\n\n" * 400
    blocks = blocks_of(text + "[1]: https://a.b/c 'A title'\n[2]: https://d.e\n")
    (link,) = [span for span in blocks[0].spans if span.href]
    assert (link.text, link.href) == ("the page", "https://a.b/c")
    assert words_of(blocks[-1]) == ["1:", "https://a.b/c", "'A", "title'", "2:", "https://d.e"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/etc/hostname", "file:///a"])
def test_what_must_not_be_opened_stays_as_it_was_written(address):
    text = f"[x][1] and ![y][1]\n\n[1]: {address}\n"
    first, last = blocks_of(text)
    assert words_of(first) == ["[x][1]", "and", "![y][1]"]
    assert words_of(last) == ["[1]:", address]


def test_a_note_is_no_address():
    text = "As said[^1].\n\n[^1]: https is a protocol\n"
    assert all_words(text) == text.split()


def test_large_tables_come_in_parts_that_are_laid_out_one_by_one():
    parts = list(read("|a|b|\n|-|-|\n" + "|1|2|\n" * 450))
    sizes = [sum(len(table.rows) * 2 for table in part) for part in parts]
    assert max(sizes) <= MOST_CELLS
    assert sum(sizes) == 2 * (450 + len([table for part in parts for table in part]))
    assert list(in_parts([])) == [[]]
