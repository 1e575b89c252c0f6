import pytest

from perhaps.inference.protocol import Failure
from perhaps.state.choice_rating import ChoiceRating
from perhaps.state.settings import Settings
from tests.helpers.scripts import answer_score
from tests.helpers.worker_desk import ask


@pytest.fixture
def rating(link) -> ChoiceRating:
    return ChoiceRating(link, ask("Is it?", seed=3))


def tell(link) -> None:
    run_id, (_, answers) = list(link.scored_answers.items())[-1]
    link.scored.emit(run_id, tuple(map(answer_score, answers)))


def test_a_list_is_scored_after_the_very_question(link, rating):
    assert rating.rate(["Yes", " No "])
    ((request, answers),) = link.scored_answers.values()
    assert request.messages == ask("Is it?").messages
    assert answers == ("Yes", " Yes", "yes", " yes", "No", " No", "no", " no")
    assert rating.running
    tell(link)
    assert not rating.running
    assert {choice.text for choice in rating.rated} == {"Yes", "No"}
    assert sum(choice.share for choice in rating.rated) == pytest.approx(1)


def test_comparing_by_length_asks_nothing_again(link, rating):
    rating.rate(["Yes it is indeed so", "No"])
    tell(link)
    whole = {choice.text: choice.share for choice in rating.rated}
    rating.compare_by_length(True)
    assert {choice.text: choice.share for choice in rating.rated} != pytest.approx(whole)
    assert len(link.scored_answers) == 1


def test_a_bad_list_says_why_and_keeps_what_was_rated(link, rating):
    rating.rate(["Yes", "No"])
    tell(link)
    assert not rating.rate(["Yes", "Yes"])
    assert "there twice" in rating.failure
    assert len(rating.rated) == 2
    assert rating.rate(["Yes", "Maybe"])
    assert not rating.failure


def test_a_newer_list_takes_the_place_of_one_on_its_way(link, rating):
    rating.rate(["Yes", "No"])
    rating.rate(["Red", "Blue"])
    first = next(iter(link.scored_answers))
    assert link.stopped == [first]
    link.score_failed.emit(first, Failure("StoppedError", "Scoring was stopped."))
    assert rating.running
    tell(link)
    assert {choice.text for choice in rating.rated} == {"Red", "Blue"}
    assert not rating.failure


def test_a_failure_is_one_sentence(link, rating):
    rating.rate(["Yes", "No"])
    (run_id,) = link.scored_answers
    link.score_failed.emit(run_id, Failure("EngineLostError", "The engine is gone."))
    assert (rating.failure, rating.running, rating.rated) == ("The engine is gone.", False, ())


def test_stop_gives_up(link, rating):
    rating.rate(["Yes", "No"])
    rating.stop()
    assert link.stopped == list(link.scored_answers)
    assert not rating.running


def test_the_list_is_kept(store):
    assert Settings(store).choices == ()
    Settings(store).choices = ("Red", "Light blue")
    assert Settings(store).choices == ("Red", "Light blue")
