"""The tokens of an answer on the screen, by what is painted and what a mouse does."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from perhaps.inference.protocol import Request
from perhaps.probability.doubt import Doubt, Tint
from perhaps.probability.parts import head_of
from perhaps.state.answer import Answer
from perhaps.state.selection import Selection, TokenPlace
from perhaps.views.token_flow import PEEK_AFTER_MS, SLICE, SLICE_LINES, TokenFlow
from tests.state.builders import a_model, a_step, finished

WORDS = [("There", 0.99), (" is", 0.6), (" an", 0.3), (" owl", 0.1), (".", 0.95)]
TINTS = ["doubt_slight", "doubt_some", "doubt_strong"]


@pytest.fixture
def answer(qapp):
    return Answer(Request(messages=()), a_model())


@pytest.fixture
def selection(answer):
    selection = Selection()
    selection.follow(answer)
    return selection


@pytest.fixture
def flow(qtbot, answer, selection, theme):
    flow = TokenFlow(answer, selection, theme)
    qtbot.addWidget(flow)
    flow.resize(500, 100)
    flow.show()
    answer.apply([a_step(*word) for word in WORDS])
    return flow


def centre(flow, index):
    return flow.token_boxes(index)[0].center().toPoint()


def test_tints_follow_the_probability(flow):
    doubts = [flow.doubt(i) for i in range(len(WORDS))]
    assert doubts == [Doubt.none, Doubt.slight, Doubt.some, Doubt.strong, Doubt.none]


def test_doubt_is_painted_in_its_colour_and_sure_tokens_are_plain(flow, theme):
    image = flow.grab().toImage()
    for index, role in ((1, TINTS[0]), (2, TINTS[1]), (3, TINTS[2])):
        box = flow.token_boxes(index)[0].toRect()
        corner = box.left(), round(box.top() + box.height() * 0.15)
        assert image.pixelColor(*corner) == theme.colour(role)
    box = flow.token_boxes(0)[0].toRect()
    colours = {image.pixelColor(x, y).name() for x in range(*_x(box)) for y in range(*_y(box))}
    assert not colours & {theme.colour(role).name() for role in TINTS}


def test_underlines_tell_doubt_without_colour(flow, theme):
    image = flow.grab().toImage()
    line = theme.colour("doubt_line")
    marks = []
    for index in range(4):
        box = flow.token_boxes(index)[0].toRect()
        near = [
            [_close(image.pixelColor(x, y), line) for x in range(*_x(box))]
            for y in range(box.bottom() - 6, box.bottom() + 2)
        ]
        marks.append(max(sum(row) for row in near) / box.width())
    plain, slight, solid, dotted = marks
    assert plain == slight == 0
    assert solid > 0.8
    assert 0.2 < dotted < solid


def test_a_click_pins_and_another_lets_go(qtbot, flow, selection, answer):
    qtbot.mouseClick(flow, Qt.MouseButton.LeftButton, pos=centre(flow, 3))
    assert selection.pinned == TokenPlace(answer, 3)
    qtbot.mouseClick(flow, Qt.MouseButton.LeftButton, pos=centre(flow, 3))
    assert selection.pinned is None


def test_the_mouse_peeks_after_a_moment(qtbot, flow, selection):
    qtbot.mouseMove(flow, centre(flow, 0))
    qtbot.mouseMove(flow, centre(flow, 1))
    assert selection.hovered is None
    qtbot.waitUntil(lambda: selection.hovered is not None, timeout=10 * PEEK_AFTER_MS)
    assert selection.hovered.index == 1


def test_keys_walk_the_tokens(qtbot, flow, selection):
    flow.setFocus()
    qtbot.keyClick(flow, Qt.Key.Key_Left)
    assert selection.pinned.index == 4
    qtbot.keyClick(flow, Qt.Key.Key_Left)
    assert selection.pinned.index == 3
    qtbot.keyClick(flow, Qt.Key.Key_Home)
    assert selection.pinned.index == 0
    qtbot.keyClick(flow, Qt.Key.Key_Right)
    assert selection.pinned.index == 1


def test_marked_text_is_copied_and_pins_nothing(qtbot, flow, selection):
    start, end = centre(flow, 0), centre(flow, 3)
    start.setX(int(flow.token_boxes(0)[0].left()) + 1)
    end.setX(int(flow.token_boxes(3)[0].right()) + 3)
    qtbot.mousePress(flow, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(flow, end)
    qtbot.mouseRelease(flow, Qt.MouseButton.LeftButton, pos=end)
    assert selection.pinned is None
    assert flow.marked_text().startswith("There is an ow")
    qtbot.keyClick(flow, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == flow.marked_text()


def test_height_follows_the_text(flow, answer):
    before = flow.height()
    answer.apply([a_step("\n", 0.9), a_step("more", 0.9)])
    assert flow.height() > before


def test_the_whole_answer_is_there_for_screen_readers(flow, answer):
    answer.apply([finished(text=" tail")])
    assert flow.accessibleDescription() == "There is an owl. tail"


def test_boxes_stay_right_while_the_text_grows_and_the_width_changes(qtbot, flow, answer):
    for round_number in range(40):
        answer.apply([a_step(f" word{round_number}", 0.4), a_step(",", 0.3)])
        flow.token_boxes(len(answer.steps) - 1)
    grown = [flow.token_boxes(i) for i in range(len(answer.steps))]
    flow.resize(501, flow.height())
    fresh = [flow.token_boxes(i) for i in range(len(answer.steps))]
    assert grown == fresh
    for index in (0, 17, 60):
        assert flow.token_at(flow.token_boxes(index)[0].center()) == index


def _x(box):
    return box.left(), box.right()


def _y(box):
    return box.top(), box.bottom()


def _close(one, other):
    return all(abs(a - b) < 60 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_the_outline_of_a_token_covers_none_of_the_next(flow, selection, answer, theme):
    dot = flow.token_boxes(4)[0].toRect()
    before = flow.grab().toImage()
    selection.pin(TokenPlace(answer, 3))
    after = flow.grab().toImage()
    # Darker than the outline, and still ink where its edge is smoothed.
    dark = theme.colour("accent").lightness() - 10

    def inked(image):
        places = [(x, y) for x in range(*_x(dot)) for y in range(*_y(dot))]
        return {place for place in places if image.pixelColor(*place).lightness() < dark}

    assert inked(before)
    assert inked(before) <= inked(after)


def test_tokens_that_were_taken_over_are_grey(qapp, qtbot, theme):
    source = Answer(Request(()), a_model())
    source.apply([a_step("Kept", 0.95)])
    answer = Answer(Request(()), a_model(), trace=head_of(source.trace, 1))
    flow = TokenFlow(answer, Selection(), theme)
    qtbot.addWidget(flow)
    flow.resize(400, 60)
    answer.apply([a_step(" new", 0.95), finished()])
    picture = flow.grab().toImage()

    def darkest(index):
        (box,) = [box.toRect() for box in flow.token_boxes(index)]
        points = itertools.product(
            range(box.left(), box.right()), range(box.top() + 3, box.bottom())
        )
        return min(picture.pixelColor(x, y).lightness() for x, y in points)

    assert darkest(0) > darkest(1) + 30


def test_exact_tokens_show_every_character(qtbot, flow, selection, answer):
    answer.apply([a_step("", 0.9, data=b"\xf0\x9f"), a_step("\n", 0.9), a_step(" end", 0.9)])
    selection.lens.exact = True
    shown = flow._spans.text
    assert shown.replace("\u2009", "") == "There·is·an·owl.⟨F0⟩⟨9F⟩↵\n·end"
    for index in range(len(answer.steps)):
        assert flow.token_at(flow.token_boxes(index)[0].center()) == index
    selection.lens.exact = False
    assert flow._spans.text.startswith("There is an owl.")


def test_tokens_that_come_later_are_exact_too(flow, selection, answer):
    selection.lens.exact = True
    answer.apply([a_step("\t", 0.9), finished()])
    assert flow._spans.text.endswith("⇥\u2009")


def test_another_tint_tells_another_doubt(flow, selection, theme):
    selection.lens.tint = Tint.off
    assert {flow.doubt(i) for i in range(len(WORDS))} == {Doubt.none}
    selection.lens.tint = Tint.entropy
    assert {flow.doubt(i) for i in range(len(WORDS))} == {Doubt.slight}


def test_half_characters_are_shown_as_bytes_until_they_are_whole(flow, answer):
    owl = "🦉".encode()
    answer.apply([a_step("", 0.9, data=owl[:2])])
    assert flow._pending() == "⟨F0⟩⟨9F⟩"
    answer.apply([a_step("", 0.9, data=owl[2:3])])
    assert flow._pending() == "⟨F0⟩⟨9F⟩⟨A6⟩"
    before = flow.grab().toImage()
    answer.apply([a_step("🦉", 0.9, data=owl[3:])])
    assert flow._pending() == ""
    assert flow._spans.text.endswith("🦉")
    assert flow.grab().toImage() != before


def test_a_long_answer_is_laid_out_slice_by_slice(qtbot, flow, answer):
    short = flow.height()
    answer.apply([a_step(f" word {number}\n", 0.9) for number in range(6000)])
    at_once = flow._layout.length
    assert SLICE <= at_once < flow._spans.length
    guessed = flow.height()
    place = flow.token_boxes(4000)[0]
    assert at_once < flow._layout.length < flow._spans.length
    qtbot.waitUntil(lambda: flow._layout.length == flow._spans.length)
    assert flow.token_boxes(4000)[0] == place
    assert flow.token_at(flow.token_boxes(6004)[0].center()) == 6004
    assert flow.height() == pytest.approx(guessed, rel=0.1)
    assert flow.height() > 100 * short


def test_a_long_answer_can_be_marked_before_it_is_laid_out(qtbot, flow, answer):
    answer.apply([a_step(f" word {number}\n", 0.9) for number in range(6000)])
    qtbot.keyClick(flow, "a", Qt.KeyboardModifier.ControlModifier)
    assert flow.marked_text() == answer.text


def test_many_short_lines_are_laid_out_few_at_a_time(qtbot, flow, answer):
    answer.apply([a_step("a\n" * 2000, 0.9) for _ in range(6)])
    assert flow._layout.length < 2 * SLICE_LINES + 100
    qtbot.waitUntil(lambda: flow._layout.length == flow._spans.length)
