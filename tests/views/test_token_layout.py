import random

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont

from perhaps.views.token_layout import TokenLayout, slice_units, units

WORDS = ["There", " is", " an", " owl", " 🦉", " naïve", "\n", " 東京", "\n\n", "\t", " a" * 40]


@pytest.fixture
def text():
    chance = random.Random(3)
    return "".join(chance.choice(WORDS) for _ in range(900))


def lines(layout):
    found = layout.lines_between(0, layout.height)
    return [
        (point.y(), line.textLength(), round(line.naturalTextWidth(), 3)) for line, point in found
    ]


def test_growing_by_pieces_gives_the_same_lines_as_all_at_once(qapp, text):
    whole, grown = TokenLayout(QFont(), 300), TokenLayout(QFont(), 300)
    whole.append(text)
    for start in range(0, len(text), 7):
        grown.append(text[start : start + 7])
    assert grown.height == whole.height
    assert grown.length == whole.length == units(text)
    assert lines(grown) == lines(whole)


def test_what_is_settled_does_not_move(qapp, text):
    layout = TokenLayout(QFont(), 300)
    layout.append(text[:2000])
    settled = layout.settled
    before = layout.boxes(0, settled)
    layout.append(text[2000:])
    assert layout.boxes(0, settled) == before


def test_offsets_and_boxes_agree(qapp, text):
    layout = TokenLayout(QFont(), 300)
    layout.append(text)
    for offset in range(0, units(text), 97):
        character = slice_units(text, offset, offset + 1)
        if character.isspace() or not character.isascii():
            continue
        (box,) = layout.boxes(offset, offset + 1)
        assert layout.offset_at(box.center()) == offset
        assert layout.covers(box.center())


def test_a_line_break_has_a_box_of_its_own(qapp):
    layout = TokenLayout(QFont(), 300)
    layout.append("a\nb")
    (box,) = layout.boxes(1, 2)
    assert box.width() > 0
    assert box.top() == 0


def test_beside_the_text_there_is_nothing(qapp):
    layout = TokenLayout(QFont(), 300)
    layout.append("a")
    assert not layout.covers(QPointF(200, 5))
    assert not layout.covers(QPointF(0, 500))


def test_a_word_without_end_is_broken_and_quick(qapp):
    layout = TokenLayout(QFont(), 300)
    layout.append("x" * 50_000)
    assert layout.height > 50 * layout.line_height
    assert layout.length == 50_000
