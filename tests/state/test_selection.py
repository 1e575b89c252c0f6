import pytest

from perhaps.inference.protocol import Request
from perhaps.state.answer import Answer
from perhaps.state.selection import Selection, TokenPlace
from tests.state.builders import a_model, a_step


@pytest.fixture
def answer(qapp):
    answer = Answer(Request(messages=()), a_model())
    answer.apply([a_step(word, 0.9) for word in ("There", " is", " an", " owl")])
    return answer


@pytest.fixture
def selection(answer):
    selection = Selection()
    selection.follow(answer)
    return selection


def test_the_newest_token_is_shown_until_another_is_chosen(selection, answer):
    assert selection.current == TokenPlace(answer, 3)
    answer.apply([a_step(" there", 0.9)])
    assert selection.current == TokenPlace(answer, 4)


def test_a_peek_goes_before_a_pin_and_gives_it_back(selection, answer):
    selection.pin(TokenPlace(answer, 1))
    selection.hover(TokenPlace(answer, 0))
    assert selection.current.index == 0
    selection.hover(None)
    assert selection.current.index == 1


def test_a_pin_holds_while_tokens_come(selection, answer):
    selection.pin(TokenPlace(answer, 1))
    told = []
    selection.changed.connect(lambda: told.append(1))
    answer.apply([a_step(" more", 0.9)])
    assert selection.current.index == 1
    assert told == []


def test_walking_starts_at_the_newest_and_stops_at_the_ends(selection):
    assert selection.step(-1)
    assert selection.pinned.index == 2
    assert selection.step(1)
    assert not selection.step(1)
    assert selection.pinned.index == 3


def test_nothing_to_walk_without_an_answer(qapp):
    assert not Selection().step(1)


def test_following_another_answer_lets_go(selection, answer):
    selection.pin(TokenPlace(answer, 1))
    selection.follow(None)
    assert selection.current is None


def test_picking_a_candidate_pins_its_token(selection, answer):
    selection.pick(1)
    assert selection.pinned == TokenPlace(answer, 3)
    assert selection.candidate == 1
    selection.pin(TokenPlace(answer, 0))
    assert selection.candidate is None


def test_candidates_are_walked_from_either_end(selection):
    assert selection.pick_neighbour(1)
    assert selection.candidate == 0
    assert not selection.pick_neighbour(-1)
    assert selection.pick_neighbour(1)
    assert not selection.pick_neighbour(1)
    selection.pick(None)
    assert selection.pick_neighbour(-1)
    assert selection.candidate == 1


def test_a_candidate_that_is_not_there_is_not_picked(selection):
    selection.pick(99)
    assert selection.candidate is None


def test_picking_is_told_once(selection):
    told = []
    selection.candidate_changed.connect(lambda: told.append(selection.candidate))
    selection.pick(1)
    selection.pick(1)
    selection.pick(None)
    assert told == [1, None]
