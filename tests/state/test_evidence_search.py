import pytest

from perhaps.inference.protocol import Failure, ImagePart, Message, Request, TextPart
from perhaps.probability.evidence import SIDES, level
from perhaps.state.answer import Answer
from perhaps.state.evidence_search import BLOCK, EvidenceSearch
from tests.helpers.scripts import tile_score
from tests.state.builders import a_model, a_picture, a_step, finished

PICTURE = a_picture().image
REQUEST = Request((Message("user", (ImagePart(PICTURE), TextPart("What?"))),))


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def search(link, clock):
    return EvidenceSearch(link, budget=10.0, clock=clock)


def an_answer(count=3):
    answer = Answer(REQUEST, a_model())
    answer.apply([*(a_step(f" w{i}", 0.9) for i in range(count)), finished()])
    return answer


def last_cover(link):
    return list(link.covers.items())[-1]


def tell(link, count=None):
    run_id, (request, _, tiles) = last_cover(link)
    for tile in tiles[:count]:
        link.tile_scored.emit(run_id, tile_score(tile, len(request.forced_tokens)))


def test_the_first_level_comes_with_the_whole_picture(link, search):
    answer = an_answer()
    search.look(answer, REQUEST)
    _, (request, picture, tiles) = last_cover(link)
    assert request.messages == REQUEST.messages
    assert request.forced_tokens == tuple(step.id for step in answer.steps)
    assert picture == PICTURE.key
    assert tiles == (None, *level(2))
    assert search.running
    assert search.found is None


def test_finer_levels_follow_within_the_budget(link, search, clock):
    search.look(an_answer(), REQUEST)
    clock.now += 2.0
    tell(link)
    assert last_cover(link)[1][2] == level(3)
    clock.now += 4.5
    tell(link)
    # 16 more tiles at half a second each would be over the 10 seconds.
    assert not search.running
    assert (search.side, len(search.found)) == (3, 13)
    assert search.can_refine


def test_looking_closer_goes_on_from_there(link, search, clock):
    search.look(an_answer(), REQUEST)
    clock.now += 100.0
    tell(link)
    assert not search.running
    search.refine()
    assert last_cover(link)[1][2] == level(3)


def test_a_stopped_search_keeps_what_it_found_and_goes_on_with_the_rest(link, search):
    search.look(an_answer(), REQUEST)
    tell(link, 3)
    search.stop()
    assert link.stopped == [last_cover(link)[0]]
    assert len(search.found) == 2
    search.refine()
    assert last_cover(link)[1][2] == level(2)[2:]


def test_a_map_is_found_again(link, search):
    answer = an_answer()
    search.look(answer, REQUEST)
    tell(link)
    search.look(an_answer(4), REQUEST)
    asked = len(link.covers)
    search.look(answer, REQUEST)
    assert len(link.covers) == asked
    assert len(search.found) == 4
    assert not search.running


def test_a_token_has_its_map_without_another_search(link, search):
    search.look(an_answer(), REQUEST)
    tell(link)
    asked = len(link.covers)
    search.focus(2)
    assert (search.first, search.column, len(link.covers)) == (0, 2, asked)
    search.focus(None)
    assert search.column is None


def test_a_later_block_of_a_long_answer_is_scored_after_what_comes_before(link, search):
    answer = an_answer(BLOCK + 5)
    search.look(answer, REQUEST)
    assert len(last_cover(link)[1][0].forced_tokens) == BLOCK
    search.focus(BLOCK + 1)
    request = last_cover(link)[1][0]
    assert (len(request.kept_tokens), len(request.forced_tokens)) == (BLOCK, 5)
    assert search.column == 1


def test_it_ends_at_the_finest_level(link, search):
    search.look(an_answer(), REQUEST)
    for _ in SIDES:
        tell(link)
    assert search.side == SIDES[-1]
    assert not search.running
    assert not search.can_refine


def test_an_answer_without_a_picture_gets_one_sentence(link, search):
    search.look(an_answer(), Request((Message("user", (TextPart("Hm?"),)),)))
    assert "no picture" in search.failure
    assert not link.covers
    assert not search.can_refine


def test_a_failure_is_one_sentence_and_what_was_found_stays(link, search):
    search.look(an_answer(), REQUEST)
    tell(link, 3)
    link.score_failed.emit(last_cover(link)[0], Failure("EngineLostError", "The engine is gone."))
    assert search.failure == "The engine is gone."
    assert len(search.found) == 2
    search.refine()
    assert not search.failure


def test_what_belongs_to_an_earlier_search_is_left_out(link, search):
    search.look(an_answer(), REQUEST)
    first = last_cover(link)[0]
    search.look(an_answer(4), REQUEST)
    link.tile_scored.emit(first, tile_score(None, 3))
    link.score_failed.emit(first, Failure("StoppedError", "Stopped."))
    assert search.running
    assert search.found is None


def test_closing_forgets_the_answer_but_not_its_map(link, search):
    answer = an_answer()
    search.look(answer, REQUEST)
    tell(link)
    search.close()
    assert (search.answer, search.found, search.running) == (None, None, False)
    asked = len(link.covers)
    search.look(answer, REQUEST)
    assert len(link.covers) == asked
