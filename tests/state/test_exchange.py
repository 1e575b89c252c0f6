import json
from dataclasses import replace

import pytest

from perhaps.archive.records import Chat, KeptPicture
from perhaps.state.restored_picture import RestoredPicture
from tests.state.test_keeping import Desk


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.archive.close()


@pytest.fixture
def told(desk):
    sentences = []
    desk.session.exchange.told.connect(sentences.append)
    return sentences


def test_a_chat_goes_out_and_comes_back(desk, told, tmp_path):
    desk.ask("First?", "One", ".")
    path = str(tmp_path / "chat.zip")
    desk.session.exchange.export_chat(desk.session.conversation, path)
    desk.session.exchange.import_file(path)
    assert told == [
        "Written to “chat.zip”.",
        "One chat was here already and stays as it is.",
    ]


@pytest.mark.parametrize("kind", ["md", "html"])
def test_a_chat_can_be_read_elsewhere(desk, told, tmp_path, kind):
    desk.ask("First?", "One", ".")
    path = tmp_path / f"chat.{kind}"
    desk.session.exchange.export_chat(desk.session.conversation, str(path))
    assert "One." in path.read_text()
    assert told == [f"Written to “chat.{kind}”."]


def test_a_backup_of_all_brings_everything_into_an_empty_archive(desk, tmp_path, qapp):
    for title in ("Apples", "Pears"):
        desk.ask(f"{title}?", "Yes")
        desk.session.new_chat()
    desk.session.delete_chat(desk.session.conversations[0])
    path = str(tmp_path / "all.zip")
    desk.session.exchange.back_up(path)
    other = Desk(tmp_path / "other")
    other.session.exchange.import_file(path)
    assert [chat.title for chat in other.session.conversations] == ["Apples?"]
    other.session.deletions.restore(other.archive.deletions())
    assert sorted(chat.title for chat in other.session.conversations) == ["Apples?", "Pears?"]
    (turn,) = other.open_first()
    turn.shown.ensure_steps()
    assert turn.shown.steps[0].rank == 1
    other.archive.close()


def test_a_chat_deleted_in_this_run_can_be_restored_by_the_menu(desk):
    desk.ask("Apples?", "Yes")
    deleted = desk.session.conversation
    desk.session.delete_chat(deleted)
    desk.session.deletions.restore(desk.archive.deletions())
    (chat,) = desk.session.conversations
    assert chat.title == "Apples?"
    assert desk.session.chats.undo_delete(deleted) is False


def test_what_cannot_be_written_or_read_is_one_sentence(desk, told, tmp_path):
    desk.ask("First?", "One")
    desk.session.exchange.export_chat(desk.session.conversation, str(tmp_path / "no" / "where.zip"))
    desk.session.exchange.import_file(str(tmp_path / "absent.json"))
    assert len(told) == 2
    assert all(sentence.endswith(".") for sentence in told)


def test_a_model_of_another_program_is_named(desk, tmp_path):
    said = {"versions": [{"role": "user", "content": "Hello?"}]}
    answered = {"role": "assistant", "senderInfo": {"senderName": "gemma"}, "content": "Hi."}
    talk = {"name": "Talk", "messages": [said, {"versions": [answered]}]}
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(talk))
    desk.session.exchange.import_file(str(path))
    (turn,) = desk.open_first()
    assert turn.shown.model.name == "gemma"
    assert desk.session.branch_obstacle(turn.shown).startswith("gemma wrote this answer")


def test_a_chat_whose_dates_no_calendar_has_hides_no_other(desk):
    desk.ask("First?", "One")
    desk.archive.put_chat(Chat(5, "Dated wrongly", 2**53, 2**53))
    desk.archive.put_chat(Chat(6, "Dated wrongly too", -(2**60), -(2**60)))
    desk.restart()
    titles = [conversation.title for conversation in desk.session.conversations]
    assert titles == ["Dated wrongly", "First?", "Dated wrongly too"]
    assert len(desk.session.chats.groups()) > 1


def test_a_file_that_counts_in_microseconds_comes_in_among_the_others(desk, told, tmp_path):
    message = {"id": "1", "role": "user", "content": "Hi", "timestamp": 1_600_000_000_000_000}
    path = tmp_path / "chat.json"
    path.write_text(json.dumps({"conv": {"name": "Old"}, "messages": [message]}))
    desk.ask("First?", "One")
    desk.session.exchange.import_file(str(path))
    assert told == ["One chat came in."]
    assert [each.title for each in desk.session.conversations] == ["First?", "Old"]
    assert desk.session.conversations[1].changed_at.year == 2020


def test_questions_asked_after_the_clock_was_set_back_stay_in_their_place(desk):
    desk.ask("First?", "One")
    (first,) = desk.session.conversation.turns
    chat = desk.archive.chats()[0]
    second = replace(
        desk.archive.messages(chat.id)[0],
        id=first.number - 2,
        parent=first.shown.number,
        text="Second?",
    )
    answer = replace(second, id=first.number - 1, parent=second.id, role="assistant", text="Two")
    desk.archive.put_messages([second, answer])
    desk.restart()
    assert [turn.question.text for turn in desk.open_first()] == ["First?", "Second?"]
    assert len(desk.session.conversation.root.turns) == 1


def test_a_chat_deleted_since_the_backup_is_listed_again(desk, told, tmp_path):
    desk.ask("First?", "One")
    path = str(tmp_path / "all.zip")
    desk.session.exchange.back_up(path)
    desk.session.delete_chat(desk.session.conversations[0])
    desk.session.exchange.import_file(path)
    assert told[1:] == ["One chat that was deleted is back."]
    assert [chat.title for chat in desk.session.conversations] == ["First?"]
    desk.restart()
    assert [turn.shown.text for turn in desk.open_first()] == ["One"]


def test_chats_that_were_deleted_in_the_file_are_told_apart(desk, told, tmp_path):
    desk.ask("First?", "One")
    desk.session.delete_chat(desk.session.conversations[0])
    path = str(tmp_path / "all.zip")
    desk.session.exchange.back_up(path)
    other = Desk(tmp_path / "other")
    other.session.exchange.told.connect(told.append)
    other.session.exchange.import_file(path)
    other.session.exchange.import_file(path)
    assert told[1:] == [
        "One chat was deleted in the file: look at “Recently deleted…”.",
        "No chat came in.",
    ]
    other.archive.close()


@pytest.mark.parametrize("sides", [(2**62, 2**62), (-5, 3), (1, 10**9)])
def test_a_picture_whose_size_cannot_be_has_a_place_all_the_same(qapp, sides):
    picture = RestoredPicture(KeptPicture("p.png", "0" * 64, "0" * 64, *sides, 1, 1))
    assert picture.size == (4, 3)


def test_a_chat_that_came_with_a_system_prompt_goes_on_with_it(desk, tmp_path):
    desk.session.settings.system_prompt = "Be brief"
    ours = [("system", "Talk like a pirate"), ("user", "Hi"), ("assistant", "Arr")]
    messages = [
        {"id": str(number), "role": role, "content": text, "parent": str(number - 1)}
        for number, (role, text) in enumerate(ours)
    ]
    path = tmp_path / "chat.json"
    path.write_text(json.dumps({"conv": {"name": "Pirate"}, "messages": messages}))
    desk.session.exchange.import_file(str(path))
    desk.open_first()
    assert desk.session.conversation.system_prompt == "Talk like a pirate"
    desk.ask("And now?", "Ahoy")
    sent = desk.link.requests[desk.link.last_run].messages
    assert [(each.role, each.parts[0].text) for each in sent] == [*ours, ("user", "And now?")]
    desk.session.new_chat()
    desk.ask("Who?", "Me")
    sent = desk.link.requests[desk.link.last_run].messages
    assert sent[0].parts[0].text == "Be brief"
