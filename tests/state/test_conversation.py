"""Conversations as trees: nothing is overwritten, and one path through them is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.inference.protocol import Request
from perhaps.state.answer import Answer
from perhaps.state.conversation import Conversation, Question, Turn
from tests.state.builders import a_model, a_step, finished


def an_answer(text="Yes."):
    answer = Answer(Request(messages=()), a_model())
    answer.apply([a_step(text, 0.9), finished()])
    return answer


def a_turn(text, answer="Yes."):
    turn = Turn(Question(text))
    turn.add_answer(an_answer(answer))
    return turn


@pytest.fixture
def conversation(qapp):
    conversation = Conversation()
    for text in ("one", "two", "three"):
        conversation.add_turn(a_turn(text))
    return conversation


def asked(conversation):
    return [turn.question.text for turn in conversation.turns]


def test_an_edited_question_begins_a_branch_and_keeps_the_old_one(conversation):
    second = conversation.turns[1]
    conversation.add_turn(a_turn("two!"), second.fork)
    assert asked(conversation) == ["one", "two!"]
    conversation.add_turn(a_turn("four"))
    second.fork.show_version(0)
    assert asked(conversation) == ["one", "two", "three"]
    second.fork.show_version(1)
    assert asked(conversation) == ["one", "two!", "four"]


def test_another_answer_in_the_middle_keeps_what_was_built_on_the_first(conversation):
    first = conversation.turns[0]
    first.add_answer(an_answer("No."))
    assert asked(conversation) == ["one"]
    conversation.add_turn(a_turn("why?"))
    texts = [part.text for m in conversation.messages(Question("and?")) for part in m.parts]
    assert texts == ["one", "No.", "why?", "Yes.", "and?"]
    first.show_version(0)
    assert asked(conversation) == ["one", "two", "three"]


def test_changes_of_the_path_are_told_from_where_they_begin(conversation):
    told = []
    conversation.path_changed.connect(told.append)
    conversation.add_turn(a_turn("four"))
    conversation.turns[1].add_answer(an_answer())
    conversation.add_turn(a_turn("else"), conversation.root)
    assert told == [3, 2, 0]


def test_a_new_last_answer_changes_no_path(conversation):
    told = []
    conversation.path_changed.connect(told.append)
    conversation.turns[-1].add_answer(an_answer())
    assert told == []


def test_what_is_removed_can_be_put_back(conversation):
    removal = conversation.remove_turn(conversation.turns[1])
    assert asked(conversation) == ["one"]
    conversation.restore(removal)
    assert asked(conversation) == ["one", "two", "three"]


def test_a_removed_version_shows_the_one_before(conversation):
    turn = conversation.turns[2]
    turn.add_answer(an_answer("No."))
    removal = conversation.remove_answer(turn, 1)
    assert turn.shown.text == "Yes."
    conversation.restore(removal)
    assert [answer.text for answer in turn.answers] == ["Yes.", "No."]
    assert turn.shown.text == "No."


def test_the_last_version_takes_its_question_along(conversation):
    removal = conversation.remove_answer(conversation.turns[0], 0)
    assert asked(conversation) == []
    conversation.restore(removal)
    assert asked(conversation) == ["one", "two", "three"]


def test_a_name_goes_before_the_first_question(conversation):
    told = []
    conversation.title_changed.connect(lambda: told.append(conversation.title))
    conversation.rename("  My \n chat ")
    conversation.rename("My chat")
    conversation.rename("")
    assert told == ["My chat", "one"]


@given(st.lists(st.tuples(st.sampled_from("aerv"), st.integers(0, 50)), max_size=30))
def test_the_path_is_what_the_choices_say_and_nothing_is_lost(qapp, wishes):
    conversation = Conversation()
    turns, answers = [], []
    for wish, number in wishes:
        if wish == "a" or not conversation.turns:
            turn = a_turn(f"q{len(turns)}")
            turns.append(turn)
            answers.append(turn.shown)
            conversation.add_turn(turn)
            continue
        chosen = conversation.turns[number % len(conversation.turns)]
        if wish == "e":
            turns.append(a_turn(f"q{len(turns)}"))
            answers.append(turns[-1].shown)
            conversation.add_turn(turns[-1], chosen.fork)
        elif wish == "r":
            answers.append(an_answer())
            chosen.add_answer(answers[-1])
        else:
            chosen.show_version(number % len(chosen.answers))
            chosen.fork.show_version(number % len(chosen.fork.turns))
        assert conversation.turns == list(conversation.root.path())
    reached = list(_all_turns(conversation.root))
    assert len(reached) == len(turns)
    assert sum(len(turn.answers) for turn in reached) == len(answers)


def _all_turns(fork):
    for turn in fork.turns:
        yield turn
        for following in turn.forks:
            yield from _all_turns(following)


def test_an_empty_name_gives_the_first_question_back(conversation):
    conversation.rename("Numbers")
    conversation.rename(" \u200b ")
    assert conversation.title == "one"


def test_a_chat_never_loses_its_title(conversation):
    removal = conversation.remove_turn(conversation.turns[0])
    assert (conversation.turns, conversation.title) == ([], "one")
    conversation.restore(removal)
    assert conversation.title == "one"
    conversation.remove_turn(conversation.turns[0])
    conversation.add_turn(a_turn("four"))
    assert conversation.title == "four"


def test_without_a_question_to_see_the_name_stays(qapp):
    conversation = Conversation()
    conversation.add_turn(a_turn("", "Hello, I greet first."))
    conversation.rename("Greeting")
    conversation.rename("")
    assert conversation.title == "Greeting"
    conversation.add_turn(a_turn("Who are you?"))
    assert conversation.title == "Who are you?"
