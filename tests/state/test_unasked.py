"""Answers that nobody asked for, as imported greetings are, are kept like all others."""

import pytest

from tests.archive.builders import a_chat, a_message
from tests.state.test_keeping import Desk


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.archive.close()


def greet(desk, *, system=False):
    """Keep a greeting, a question with its answer, and one more answer right after it."""
    chat = a_chat("Greeting")
    prompt = a_message(chat, "system", "Be kind") if system else None
    greeting = a_message(chat, "assistant", "Hello", prompt)
    question = a_message(chat, "user", "Hi", greeting)
    answer = a_message(chat, "assistant", "Hey", question)
    more = a_message(chat, "assistant", "And?", answer)
    messages = filter(None, (prompt, greeting, question, answer, more))
    desk.archive.put_messages(messages, chat)
    desk.restart()
    return desk.open_first()


def shown(desk):
    return [turn.shown.text for turn in desk.open_first()]


@pytest.mark.parametrize("system", [False, True])
@pytest.mark.parametrize("place", [0, 2])
def test_another_version_is_kept_beside_the_first(desk, place, system):
    turns = greet(desk, system=system)
    troubles = []
    desk.session.archive.trouble_changed.connect(troubles.append)
    before = turns[place].shown.text
    desk.session.regenerate(turns[place])
    desk.answer("Some", "thing")
    assert troubles == []
    desk.restart()
    turns = desk.open_first()
    assert [answer.text for answer in turns[place].answers] == [before, "Something"]
    assert turns[place].shown.text == "Something"
    turns[place].show_version(0)
    assert [turn.shown.text for turn in desk.session.conversation.turns] == ["Hello", "Hey", "And?"]
    desk.restart()
    assert shown(desk) == ["Hello", "Hey", "And?"]


@pytest.mark.parametrize("place", [0, 2])
def test_what_was_deleted_stays_away_with_all_its_versions(desk, place):
    turns = greet(desk)
    desk.session.regenerate(turns[place])
    desk.answer("Something")
    desk.session.conversation.remove_turn(turns[place])
    desk.restart()
    assert shown(desk) == ["Hello", "Hey"][:place]


def test_what_was_deleted_comes_back_with_all_its_versions(desk):
    turns = greet(desk)
    desk.session.regenerate(turns[2])
    desk.answer("Something")
    conversation = desk.session.conversation
    conversation.restore(conversation.remove_turn(turns[2]))
    desk.restart()
    assert [answer.text for answer in desk.open_first()[2].answers] == ["And?", "Something"]


def test_one_version_can_be_deleted(desk):
    turns = greet(desk)
    desk.session.regenerate(turns[2])
    desk.answer("Something")
    desk.session.conversation.remove_answer(turns[2], 0)
    desk.restart()
    assert shown(desk) == ["Hello", "Hey", "Something"]
    assert len(desk.open_first()[2].answers) == 1


def test_a_greeting_beside_a_question_is_shown_where_it_was_chosen(desk):
    turns = greet(desk)
    conversation = desk.session.conversation
    desk.session.edit(turns[0], "A question instead")
    desk.answer("Answer")
    assert [turn.question.text for turn in conversation.turns] == ["A question instead"]
    turns[0].fork.show_version(0)
    desk.restart()
    assert shown(desk) == ["Hello", "Hey", "And?"]
