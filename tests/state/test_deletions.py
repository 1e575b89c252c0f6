"""What was deleted comes back, also after the program was started again."""

import pytest

from tests.state.test_keeping import Desk


@pytest.fixture
def desk(qapp, tmp_path):
    return Desk(tmp_path)


def listed(session):
    found = []
    session.deletions.listed.connect(found.append)
    session.deletions.refresh()
    return found[-1]


def words(session):
    return [(turn.question.text, turn.shown.text) for turn in session.conversation.turns]


def test_a_question_deleted_in_an_earlier_run_comes_back_where_it_was(desk):
    desk.ask("One?", "first")
    desk.ask("Two?", "second")
    desk.ask("Three?", "third")
    conversation = desk.session.conversation
    conversation.remove_turn(conversation.turns[1])
    session = desk.restart()
    desk.open_first()
    assert words(session) == [("One?", "first")]
    (deletion,) = listed(session)
    assert (deletion.chat.title, deletion.message.text) == ("One?", "Two?")
    session.deletions.restore([deletion])
    assert words(session) == [("One?", "first"), ("Two?", "second"), ("Three?", "third")]
    assert listed(session) == []
    assert len(session.conversations) == 1
    desk.ask("Four?", "fourth")
    desk.restart()
    desk.open_first()
    assert [question for question, _ in words(desk.session)][-1] == "Four?"


def test_a_version_of_an_answer_comes_back(desk):
    desk.ask("One?", "first")
    desk.session.regenerate()
    desk.answer("second")
    desk.session.conversation.remove_answer(desk.session.conversation.turns[0], 1)
    session = desk.restart()
    (turn,) = desk.open_first()
    assert len(turn.answers) == 1
    (deletion,) = listed(session)
    assert deletion.message.role == "assistant"
    session.deletions.restore([deletion])
    (turn,) = session.conversation.turns
    assert sorted(answer.text for answer in turn.answers) == ["first", "second"]


def test_only_what_can_be_reached_again_is_listed(desk):
    desk.ask("One?", "first")
    desk.ask("Two?", "second")
    conversation = desk.session.conversation
    conversation.remove_turn(conversation.turns[1])
    conversation.remove_turn(conversation.turns[0])
    (deletion,) = listed(desk.session)
    assert deletion.message.text == "One?"
    desk.session.deletions.restore([deletion])
    (deletion,) = listed(desk.session)
    assert deletion.message.text == "Two?"
    desk.session.chats.delete(desk.session.conversation)
    (deletion,) = listed(desk.session)
    assert deletion.message is None


def test_what_cannot_be_restored_is_one_sentence(desk):
    desk.ask("One?", "first")
    desk.session.delete_chat(desk.session.conversation)
    (deletion,) = listed(desk.session)
    told = []
    desk.session.deletions.failed.connect(told.append)
    desk.archive.abandon()
    desk.session.deletions.restore([deletion])
    assert len(told) == 1
    assert told[0].endswith(".")
