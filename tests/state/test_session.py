from dataclasses import replace

import pytest

from perhaps.inference.protocol import Failure, FinishReason, ImagePart, RunFinished, TextPart
from perhaps.state.engine_state import EnginePhase
from perhaps.state.obstacle import Remedy
from perhaps.state.session import Session
from tests.state.builders import PAIR, a_model, a_picture, a_step, finished

CANCELLED = Failure("LoadCancelledError", "Loading starter.gguf was stopped.")
BROKEN = Failure("ModelError", "starter.gguf is cut off: download it again.")
LOST = Failure("EngineLostError", "The engine stopped unexpectedly; it is being started again.")


def answer_with(link, *words, reason=FinishReason.eos):
    steps = [a_step(word, 0.9) for word in words]
    link.run_advanced.emit(link.last_run, (*steps, finished(reason)))


def test_a_question_carries_its_picture_and_the_settings(session, link):
    session.settings.max_tokens = 32
    session.settings.seed = 5
    session.attachments.add_path("/card.png")
    picture = a_picture()
    link.finish_reading(picture)
    assert session.ask("  What is it? ")
    request = link.requests[link.last_run]
    assert request.messages[0].parts == (ImagePart(picture.image), TextPart("What is it?"))
    assert (request.max_tokens, request.seed, request.top_logprobs) == (32, 5, 20)
    assert len(session.attachments) == 0


def test_later_questions_carry_what_was_said(session, link):
    session.ask("First?")
    answer_with(link, "One", ".")
    session.ask("Second?")
    messages = link.requests[link.last_run].messages
    assert [message.role for message in messages] == ["user", "assistant", "user"]
    assert messages[1].parts == (TextPart("One."),)


def test_an_answer_that_wrote_nothing_is_not_part_of_the_talk(session, link):
    session.ask("First?")
    answer_with(link, reason=FinishReason.failed)
    session.ask("Second?")
    assert [m.role for m in link.requests[link.last_run].messages] == ["user"]


def test_a_question_that_was_stopped_early_goes_with_the_next_one(session, link):
    session.attachments.add_path("/card.png")
    picture = a_picture()
    link.finish_reading(picture)
    session.ask("First?")
    answer_with(link, reason=FinishReason.cancelled)
    session.ask("Second?")
    (message,) = link.requests[link.last_run].messages
    assert message.parts == (ImagePart(picture.image), TextPart("First?\nSecond?"))


def test_again_makes_a_new_version_of_the_same_question(session, link):
    session.ask("First?")
    answer_with(link, "One.")
    first = link.requests[link.last_run]
    session.regenerate()
    assert link.requests[link.last_run].messages == first.messages
    turn = session.conversation.turns[0]
    assert (len(turn.answers), turn.shown_index) == (2, 1)
    answer_with(link, "Two.")
    turn.show_version(0)
    assert turn.shown.text == "One."


def test_one_answer_at_a_time(session, link):
    session.ask("First?")
    assert not session.ask("Second?")
    assert not session.can_regenerate
    assert len(link.requests) == 1


def test_stop_is_asked_once_and_keeps_the_text(session, link):
    session.ask("First?")
    link.run_advanced.emit(link.last_run, (a_step("On", 0.9),))
    assert session.stop()
    assert not session.stop()
    assert link.stopped == [link.last_run]
    link.run_advanced.emit(link.last_run, (finished(FinishReason.cancelled),))
    assert session.last_answer.text == "On"
    assert not session.answering


@pytest.mark.parametrize(
    ("prepare", "remedy"),
    [
        (lambda s, link: s.engine.load(PAIR), Remedy.wait),
        (lambda s, link: link.model_unloaded.emit(), Remedy.load_again),
        (lambda s, link: link.load_failed.emit(LOST), Remedy.load_again),
        (lambda s, link: link.load_failed.emit(CANCELLED), Remedy.load_again),
        (lambda s, link: link.load_failed.emit(BROKEN), Remedy.open_model),
        (lambda s, link: link.host_lost.emit(LOST), Remedy.wait),
        (lambda s, link: s.attachments.add_path("/a.png"), Remedy.wait),
        (
            lambda s, link: link.picture_refused.emit(
                (s.attachments.add_path("/a.png"), max(link.sources))[1], LOST
            ),
            Remedy.remove_pictures,
        ),
        (
            lambda s, link: (
                link.model_loaded.emit(a_model(sees=False)),
                s.attachments.add_path("/a.png"),
            ),
            Remedy.remove_pictures,
        ),
    ],
)
def test_what_stands_in_the_way_is_named(session, link, prepare, remedy):
    assert session.obstacle is None
    prepare(session, link)
    assert session.obstacle.remedy is remedy
    assert session.obstacle.sentence
    assert not session.ask("May I?")


def test_a_question_that_waits_is_asked_when_its_picture_is_there(session, link):
    session.attachments.add_path("/a.png")
    session.ask_when_ready("What is it?")
    assert session.pending == "What is it?"
    assert link.requests == {}
    link.finish_reading(a_picture())
    assert len(link.requests) == 1
    assert session.pending == ""


def test_a_question_does_not_wait_for_what_never_comes(session, link):
    session.attachments.add_path("/a.png")
    session.ask_when_ready("What is it?")
    link.picture_refused.emit(max(link.sources), LOST)
    assert session.pending == ""
    assert link.requests == {}


def test_a_lost_engine_fails_the_answer_and_comes_back(session, link):
    session.ask("First?")
    link.run_advanced.emit(link.last_run, (a_step("On", 0.9),))
    link.host_lost.emit(LOST)
    assert session.last_answer.failed
    assert session.last_answer.text == "On"
    assert session.engine.phase is EnginePhase.lost
    link.host_started.emit()
    assert session.engine.phase is EnginePhase.loading
    link.model_loaded.emit(a_model())
    assert session.ask("Second?")


def test_an_answer_that_the_worker_failed_is_not_failed_twice(session, link):
    session.ask("First?")
    answer_with(link, reason=FinishReason.failed)
    ends = []
    session.last_answer.finished.connect(lambda: ends.append(1))
    link.host_lost.emit(LOST)
    assert ends == []


def test_losing_an_engine_without_a_model_is_nothing_to_wait_for(link, store):
    session = Session(link, store)
    link.host_lost.emit(LOST)
    assert session.engine.phase is EnginePhase.absent


def test_another_model_prepares_the_waiting_pictures_anew(session, link):
    session.attachments.add_path("/a.png")
    link.finish_reading(a_picture())
    before = len(link.sources)
    link.model_loaded.emit(a_model())
    assert len(link.sources) == before + 1


def test_a_new_chat_stops_the_old_one_and_keeps_it(session, link):
    session.ask("First?")
    old = session.conversation
    session.new_chat()
    assert link.stopped == [link.last_run]
    assert session.conversations == [old]
    assert session.conversation.turns == []
    answer_with(link, "One.", reason=FinishReason.cancelled)
    assert old.turns[0].shown.text == "One."


def test_an_empty_chat_is_not_replaced(session):
    before = session.conversation
    session.new_chat()
    assert session.conversation is before


def test_long_questions_make_short_titles(session, link):
    session.ask("What\nis " + "very " * 40)
    assert session.conversation.title.startswith("What is very")
    assert len(session.conversation.title) <= 60


def test_a_model_that_was_lost_is_loaded_again_by_one_wish(session, link):
    before = len(link.loads)
    session.engine.load_again()
    assert len(link.loads) == before
    link.model_unloaded.emit()
    session.engine.load_again()
    assert link.loads[before:] == [PAIR]
    assert session.engine.phase is EnginePhase.loading


def test_a_question_waits_only_for_what_comes_by_itself(session, link):
    link.load_failed.emit(BROKEN)
    assert not session.ask_when_ready("What is it?")
    assert session.pending == ""


def test_a_loss_is_told_once(session, link):
    told = []
    session.engine_lost.connect(told.append)
    session.ask("First?")
    failed = RunFinished(FinishReason.failed, error="Lost.", error_kind="EngineLostError")
    link.run_advanced.emit(link.last_run, (failed,))
    link.host_lost.emit(LOST)
    assert told == []
    link.host_lost.emit(LOST)
    assert told == [LOST]


def test_an_edited_question_keeps_its_pictures_and_its_past(session, link):
    session.ask("First?")
    answer_with(link, "One.")
    session.attachments.add_path("/card.png")
    picture = a_picture()
    link.finish_reading(picture)
    session.ask("Second?")
    answer_with(link, "Two.")
    old = session.conversation.turns[1]
    assert session.edit(old, " Other? ")
    messages = link.requests[link.last_run].messages
    assert [m.role for m in messages] == ["user", "assistant", "user"]
    assert messages[2].parts == (ImagePart(picture.image), TextPart("Other?"))
    assert not session.edit(old, "While it answers?")
    assert old.fork.turns == [old, session.conversation.turns[1]]


def test_an_earlier_question_is_answered_again_without_what_came_later(session, link):
    session.ask("First?")
    answer_with(link, "One.")
    session.ask("Second?")
    answer_with(link, "Two.")
    session.regenerate(session.conversation.turns[0])
    assert [m.role for m in link.requests[link.last_run].messages] == ["user"]
    assert len(session.conversation.turns) == 1


def test_the_system_prompt_goes_before_everything(session, link):
    session.settings.system_prompt = " Answer in one word. "
    session.ask("First?")
    answer_with(link, "One.")
    session.ask("Second?")
    messages = link.requests[link.last_run].messages
    assert [message.role for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[0].parts == (TextPart("Answer in one word."),)


def test_settings_follow_the_loaded_model(session):
    assert session.settings.model == a_model().name


def test_an_answer_is_looked_into_as_it_was_asked(session, link):
    session.ask("Why?")
    answer_with(link, "So")
    asked = []
    session.look_into(session.last_answer, asked.append)
    assert asked == [session.last_answer.request]


def test_an_answer_of_an_earlier_run_is_looked_into_with_its_chat(session, link):
    session.ask("Why?")
    answer_with(link, "So")
    session.ask("Really?")
    answer_with(link, "Yes")
    restored = session.last_answer
    messages = restored.request.messages
    restored.request = replace(restored.request, messages=())
    asked = []
    session.look_into(restored, asked.append)
    assert [request.messages for request in asked] == [messages]
