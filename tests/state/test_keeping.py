"""What happens in a session is found again in the next one."""

import gc

import pytest
from PySide6.QtCore import QSettings

from perhaps.archive.records import Chat
from perhaps.archive.store import Archive
from perhaps.inference.protocol import FinishReason, ImagePart, TextPart
from perhaps.state.archive_link import DirectArchive
from perhaps.state.chats import LISTED_AT_ONCE, Period
from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.session import Session
from tests.state.builders import PAIR, a_model, a_picture, a_step, finished
from tests.state.scripted_link import ScriptedLink


class Desk:
    """A program that can be ended and started again on the same archive."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.archive: Archive | None = None
        self.start()

    def start(self) -> None:
        self.link = ScriptedLink()
        self.archive = Archive(self.folder / "archive")
        direct = DirectArchive(self.archive)
        store = QSettings(str(self.folder / "s.ini"), QSettings.Format.IniFormat)
        self.session = Session(self.link, store, archive=direct)
        direct.opened.emit(self.archive)
        self.session.engine.load(PAIR)
        self.link.model_loaded.emit(a_model())

    def restart(self) -> Session:
        self.session.close()
        self.archive.close()
        gc.collect()
        self.start()
        return self.session

    def answer(self, *words, reason=FinishReason.eos) -> None:
        steps = [a_step(word, 0.9) for word in words]
        self.link.run_advanced.emit(self.link.last_run, (*steps, finished(reason)))

    def ask(self, text, *words) -> None:
        assert self.session.ask(text)
        self.answer(*words)

    def attach(self, path, picture) -> None:
        self.session.attachments.add_path(str(path))
        self.link.finish_reading(picture)

    def open_first(self) -> list:
        self.session.open_chat(self.session.conversations[0])
        return self.session.conversation.turns


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.archive.close()


def test_a_chat_comes_back_with_its_words_and_probabilities(desk):
    desk.ask("First?", "One", ".")
    desk.ask("Second?", "Two")
    desk.restart()
    (chat,) = desk.session.conversations
    assert (chat.title, chat.loaded) == ("First?", False)
    first, second = desk.open_first()
    assert [turn.question.text for turn in (first, second)] == ["First?", "Second?"]
    answer = first.shown
    assert isinstance(answer, KeptAnswer)
    assert (answer.text, len(answer.steps)) == ("One.", 0)
    answer.ensure_steps()
    assert [step.text for step in answer.steps] == ["One", "."]
    assert answer.steps[0].candidates[1].bytes == b" other"
    assert answer.model == a_model()
    assert [message.parts for message in answer.request.messages] == [(TextPart("First?"),)]
    assert len(second.shown.request.messages) == 3
    assert answer.finish.reason is FinishReason.eos


def test_a_question_in_a_chat_of_yesterday_goes_on_from_what_was_said(desk):
    desk.ask("First?", "One")
    desk.restart()
    desk.open_first()
    assert desk.session.ask("Second?")
    messages = desk.link.requests[desk.link.last_run].messages
    assert [m.parts[0].text for m in messages] == ["First?", "One", "Second?"]
    desk.answer("Two")
    desk.restart()
    assert [turn.shown.text for turn in desk.open_first()] == ["One", "Two"]


def test_an_answer_that_was_cut_off_keeps_what_was_written(desk):
    desk.session.ask("Long?")
    desk.link.run_advanced.emit(desk.link.last_run, (a_step("Half", 0.9), a_step(" of", 0.5)))
    desk.session.close()
    desk.link.run_advanced.emit(desk.link.last_run, (a_step(" it", 0.9),))
    desk.session.close()
    desk.restart()
    (turn,) = desk.open_first()
    assert turn.shown.text == "Half of it"
    assert turn.shown.finish.reason is FinishReason.cancelled
    turn.shown.ensure_steps()
    assert [step.text for step in turn.shown.steps] == ["Half", " of", " it"]


def test_versions_and_branches_come_back_as_they_were_shown(desk):
    desk.ask("First?", "One")
    desk.session.regenerate()
    desk.answer("Uno")
    desk.ask("Second?", "Two")
    desk.session.edit(desk.session.conversation.turns[1], "Zweite?")
    desk.answer("Zwei")
    desk.session.conversation.turns[1].fork.show_version(0)
    desk.restart()
    first, second = desk.open_first()
    assert [answer.text for answer in first.answers] == ["One", "Uno"]
    assert second.question.text == "Second?"
    assert [turn.question.text for turn in second.fork.turns] == ["Second?", "Zweite?"]
    first.show_version(0)
    assert desk.session.conversation.turns == [first]
    desk.restart()
    assert len(desk.open_first()) == 1


def test_what_was_removed_stays_away_unless_it_was_restored(desk):
    for number in range(3):
        desk.ask(f"Question {number}?", "Yes")
    conversation = desk.session.conversation
    gone = conversation.remove_turn(conversation.turns[2])
    conversation.restore(gone)
    conversation.remove_turn(conversation.turns[1])
    desk.restart()
    assert [turn.question.text for turn in desk.open_first()] == ["Question 0?"]


def test_pictures_come_back_small_first_and_then_as_the_model_saw_them(desk, tmp_path):
    file = tmp_path / "card.png"
    file.write_bytes(b"the original bytes")
    desk.attach(file, picture := a_picture())
    desk.ask("What is it?", "A card")
    file.unlink()
    desk.restart()
    desk.open_first()
    (restored,) = desk.session.conversation.pictures
    assert (restored.name, restored.size, restored.picture) == ("card.png", (40, 30), None)
    restored.ensure_small()
    assert restored.small.pixels.shape == (30, 40, 3)
    assert not desk.session.ask("And now?")
    assert desk.session.ask_when_ready("And now?") is False
    assert desk.session.pending == "And now?"
    assert list(desk.link.sources.values()) == [b"the original bytes"]
    desk.link.finish_reading(picture)
    messages = desk.link.requests[desk.link.last_run].messages
    assert messages[0].parts == (ImagePart(picture.image), TextPart("What is it?"))
    assert messages[-1].parts == (TextPart("And now?"),)


def test_a_picture_whose_file_is_gone_is_kept_as_the_model_saw_it(desk):
    desk.attach("/nowhere/card.png", a_picture())
    desk.ask("What is it?", "A card")
    desk.restart()
    desk.open_first()
    (source,) = desk.link.sources.values()
    assert source.startswith(b"\x89PNG")


def test_another_picture_in_its_place_is_never_shown_to_the_model(desk):
    desk.attach("/nowhere/card.png", a_picture())
    desk.ask("What is it?", "A card")
    desk.restart()
    desk.open_first()
    desk.link.finish_reading(a_picture(width=60))
    (restored,) = desk.session.conversation.pictures
    assert restored.lost
    assert restored.picture is None


def test_titles_pins_and_deletions_stay(desk):
    for title in ("Apples", "Pears", "Plums"):
        desk.ask(f"{title}?", "Yes")
        desk.session.new_chat()
    plums, pears, apples = desk.session.conversations
    apples.rename("Old apples")
    pears.set_pinned(True)
    desk.session.delete_chat(plums)
    desk.restart()
    pears, apples = desk.session.conversations
    assert (pears.title, pears.pinned) == ("Pears?", True)
    assert apples.title == "Old apples"
    groups = desk.session.chats.groups()
    assert [group.period for group in groups] == [Period.pinned, Period.today]


def test_a_deletion_can_be_undone(desk):
    desk.ask("Keep me?", "Yes")
    chat = desk.session.conversation
    desk.session.delete_chat(chat)
    assert desk.session.conversations == []
    assert desk.session.conversation is not chat
    assert desk.session.chats.undo_delete(chat) is True
    assert desk.session.chats.undo_delete(chat) is False
    desk.restart()
    assert [each.title for each in desk.session.conversations] == ["Keep me?"]


def test_searching_finds_open_and_earlier_chats(desk):
    desk.ask("Is the circle blue?", "It is")
    desk.restart()
    desk.ask("Something else?", "A blue square")
    found = []
    desk.session.chats.found.connect(lambda query, hits: found.append((query, hits)))
    desk.session.chats.search("blue")
    ((query, hits),) = found
    assert query == "blue"
    assert [hit.conversation.title for hit in hits] == ["Something else?", "Is the circle blue?"]
    assert hits[0].message == hits[0].conversation.turns[0].shown.number
    shown = hits[1].title
    assert [shown.text[a:b] for a, b in shown.marks] == ["blue"]


def test_an_imported_answer_shows_its_words_unmeasured(desk):
    desk.ask("First?", "One two")
    number = desk.session.last_answer.number
    desk.archive.finish(number, "Three four", "{}", b"")
    desk.restart()
    (turn,) = desk.open_first()
    turn.shown.ensure_steps()
    assert [(step.text, step.logprob) for step in turn.shown.steps] == [
        ("Three", None),
        (" four", None),
    ]


def test_a_thousand_turns_load(desk):
    from tests.archive.builders import fill

    fill(desk.archive, 1, turns=1500, words=2)
    desk.session.chats.refresh()
    assert len(desk.open_first()) == 1500


def test_views_hear_of_a_kept_answer_once_its_pictures_are_there(desk):
    desk.attach("/nowhere/card.png", picture := a_picture())
    desk.ask("What is it?", "A card")
    desk.restart()
    (turn,) = desk.open_first()
    turn.shown.ensure_steps()
    seen = []
    turn.shown.finished.connect(lambda: seen.append(turn.shown.request.messages[-1].parts))
    desk.link.finish_reading(picture)
    assert seen[-1] == (ImagePart(picture.image), TextPart("What is it?"))


def test_thousands_of_chats_are_listed_bit_by_bit(desk, qtbot):
    with desk.archive.batch() as batch:
        for number in range(2 * LISTED_AT_ONCE + 10):
            batch.put_chat(Chat(number + 1, f"Chat {number}", number, number))
    session = desk.restart()
    titles = [chat.title for chat in session.conversations]
    assert len(titles) == LISTED_AT_ONCE
    assert titles[0] == f"Chat {2 * LISTED_AT_ONCE + 9}"
    desk.ask("A new one?", "Yes")
    with qtbot.waitSignal(session.chats.changed):
        pass
    numbers = [chat.number for chat in session.conversations]
    assert len(set(numbers)) == 2 * LISTED_AT_ONCE + 11
    assert session.conversations[0].title == "A new one?"
    assert numbers[1:] == sorted(numbers[1:], reverse=True)


def test_an_answer_is_kept_only_when_it_is_there_as_a_whole(desk):
    told = []
    desk.session.keeper.kept.connect(told.append)
    desk.ask("First?", "One")
    (turn,) = desk.session.conversation.turns
    assert told == [turn.number, turn.shown.number]
    desk.session.regenerate()
    assert turn.shown.number not in told
    desk.answer("Two")
    assert told[-1] == turn.shown.number
    kept = desk.archive.messages(desk.session.conversation.number)
    assert [message.text for message in kept if message.id == told[-1]] == ["Two"]


def test_a_question_in_a_deleted_chat_brings_it_back_and_is_kept_once(desk):
    desk.ask("Where is the owl?", "There")
    chat = desk.session.conversation
    desk.session.delete_chat(chat)
    desk.session.open_chat(chat)
    desk.ask("And now?", "Here")
    assert desk.session.conversations == [chat]
    kept = [message.text for message in desk.archive.messages(chat.number)]
    assert kept == ["Where is the owl?", "There", "And now?", "Here"]
    desk.restart()
    assert [turn.question.text for turn in desk.open_first()] == ["Where is the owl?", "And now?"]


def test_undoing_one_deletion_leaves_the_others(desk):
    for title in ("Apples", "Pears", "Plums"):
        desk.ask(f"{title}?", "Yes")
        desk.session.new_chat()
    _, pears, apples = desk.session.conversations
    desk.session.delete_chat(apples)
    desk.session.delete_chat(pears)
    (deletion,) = [each for each in desk.archive.deletions() if each.chat.title == "Pears?"]
    desk.session.deletions.restore([deletion])
    assert desk.session.chats.undo_delete(pears) is False
    assert [chat.title for chat in desk.session.conversations] == ["Plums?", "Pears?"]


def test_no_chat_is_kept_without_a_title(desk):
    desk.ask("First?", "One")
    desk.session.conversation.rename("Numbers")
    desk.restart()
    (chat,) = desk.session.conversations
    chat.rename("")
    assert chat.title == "First?"
    desk.restart()
    (chat,) = desk.session.conversations
    assert chat.title == "First?"
    (turn,) = desk.open_first()
    chat.remove_turn(turn)
    desk.restart()
    assert [chat.title for chat in desk.session.conversations] == ["First?"]
    assert [each.chat.title for each in desk.archive.deletions()] == ["First?"]
