"""Answers that branch off others, go on with them, or come several at once."""

import pytest

from perhaps.inference.protocol import FinishReason
from perhaps.probability.trace import Origin
from perhaps.state.opening import branch_with_candidate, branch_with_words, continuation
from tests.state.builders import a_model, a_step, finished


@pytest.fixture
def answer(session, link):
    """A question that was answered in four tokens."""
    session.ask("What is it?")
    steps = [a_step(word, 0.8) for word in ("A", " red", " apple", ".")]
    link.run_advanced.emit(link.last_run, (*steps, finished(FinishReason.length)))
    return session.last_answer


def test_a_branch_keeps_what_comes_before_and_puts_the_candidate_there(session, link, answer):
    before = link.requests[link.last_run]
    assert session.branch(answer, branch_with_candidate(answer, 2, 8))
    request = link.requests[link.last_run]
    assert request.messages == before.messages
    assert (request.kept_tokens, request.forced_tokens, request.forced_text) == ((7, 7), (8,), "")
    turn = session.conversation.turns[0]
    assert len(turn.answers) == 2
    assert turn.shown is not answer
    assert turn.shown.text == "A red"
    assert turn.shown.trace.origins.tolist() == [Origin.kept, Origin.kept]


def test_the_original_stays_as_it_was(session, link, answer):
    session.branch(answer, branch_with_candidate(answer, 2, 8))
    link.run_advanced.emit(link.last_run, (a_step(" pear", 0.5), finished()))
    assert answer.text == "A red apple."
    assert session.last_answer.text == "A red pear"
    assert answer.trace.origins.tolist() == [Origin.drawn] * 4


def test_words_in_the_place_of_a_word_get_its_space(answer):
    assert branch_with_words(answer, 2, "pear").text == " pear"
    assert branch_with_words(answer, 2, " pear").text == " pear"
    assert branch_with_words(answer, 3, "!").text == "!"


def test_an_answer_goes_on_where_it_was_cut(session, link, answer):
    assert session.branch(answer, continuation(answer))
    request = link.requests[link.last_run]
    assert (request.kept_tokens, request.forced_tokens) == ((7, 7, 7, 7), ())
    link.run_advanced.emit(link.last_run, (a_step(" Ripe", 0.5), finished()))
    assert session.last_answer.text == "A red apple. Ripe"


def test_nothing_branches_while_an_answer_is_written(session, answer):
    session.ask("And now?")
    assert session.branch_obstacle(answer) == "The answer is still being written"
    assert not session.branch(answer, continuation(answer))


def test_tokens_of_another_model_are_not_taken_over(session, link, answer):
    link.model_loaded.emit(a_model(sees=False))
    assert session.branch_obstacle(answer) == ""
    other = a_model()
    object.__setattr__(other, "name", "Other")
    link.model_loaded.emit(other)
    assert session.branch_obstacle(answer) == "starter wrote this answer: open that model to go on"


def test_several_answers_are_versions_of_one_turn(session, link):
    session.settings.answers, session.settings.seed = 3, 40
    session.ask("What is it?")
    (turn,) = session.conversation.turns
    assert len(turn.answers) == 3
    assert turn.shown is turn.answers[0]
    assert session.selection.newest is None
    assert sorted(request.seed for request in link.requests.values()) == [40, 41, 42]
    for run_id in list(link.requests):
        assert session.answering
        link.run_advanced.emit(run_id, (a_step(f"{run_id}", 0.5), finished()))
    assert not session.answering
    assert len({each.text for each in turn.answers}) == 3


def test_stop_ends_all_of_them(session, link):
    session.settings.answers = 3
    session.ask("What is it?")
    assert session.stop()
    assert sorted(link.stopped) == sorted(link.requests)
