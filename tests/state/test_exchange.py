import json

import pytest

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
    desk.session.delete_chat(desk.session.conversation)
    desk.session.deletions.restore(desk.archive.deletions())
    (chat,) = desk.session.conversations
    assert chat.title == "Apples?"
    assert desk.session.chats.undo_delete() is None


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
