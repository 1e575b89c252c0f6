import apsw
import pytest

from perhaps.archive.opening import FILE
from perhaps.archive.schema import NEWEST, VERSION_1, migrate, version_of
from perhaps.archive.store import Archive


def version_1(folder):
    """An archive as the first version of the program wrote it."""
    folder.mkdir()
    connection = apsw.Connection(str(folder / FILE))
    connection.execute(VERSION_1)
    connection.execute(
        "INSERT INTO chat VALUES (10, 'Old chat', 1000, 2000, NULL), (11, 'Gone', 1, 1, 5);"
        "INSERT INTO message VALUES (20, 10, NULL, 'user', 'Old question?', 1000, 1, '{}'),"
        " (21, 10, 20, 'assistant', 'Old answer.', 1500, 1, '{\"a\": 1}');"
        f"INSERT INTO picture VALUES (20, 0, 'a.png', '{'c' * 64}', '{'d' * 64}', 4, 3, 8, 6);"
        "INSERT INTO trace VALUES (21, 0, x'0102');"
        "INSERT INTO words(rowid, text, files) VALUES (10, 'Old chat', ''), (11, 'Gone', ''),"
        " (20, 'Old question?', 'a.png'), (21, 'Old answer.', '');"
        "PRAGMA user_version = 1"
    )
    connection.close()


def test_version_1_opens_with_all_that_was_in_it(tmp_path):
    folder = tmp_path / "chats"
    version_1(folder)
    archive = Archive(folder)
    assert version_of(archive._connection) == NEWEST
    (chat,) = archive.chats()
    assert (chat.id, chat.title, chat.pinned, chat.changed) == (10, "Old chat", False, 2000)
    question, answer = archive.messages(10)
    assert (question.text, question.chosen, question.pictures[0].name) == (
        "Old question?",
        1000,
        "a.png",
    )
    assert (answer.parent, answer.facts, answer.deleted) == (20, '{"a": 1}', None)
    assert archive.trace(21)[0].data == b"\1\2"
    assert archive.search("question")[0].message == 20
    archive.close()


def test_a_copy_is_made_before_a_migration(tmp_path):
    folder = tmp_path / "chats"
    version_1(folder)
    Archive(folder).close()
    (copy,) = (folder / "backups").iterdir()
    connection = apsw.Connection(str(copy))
    assert version_of(connection) == 1
    connection.close()


@pytest.mark.parametrize("target", range(1, NEWEST + 1))
def test_each_step_makes_the_tables_of_a_new_archive(target):
    def tables(*steps):
        connection = apsw.Connection(":memory:")
        for step in steps:
            migrate(connection, step)
        assert version_of(connection) == target
        rows = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name")
        return rows.fetchall()

    assert tables(*range(1, target + 1)) == tables(target)


def test_a_migration_that_fails_leaves_the_version_before(tmp_path):
    connection = apsw.Connection(":memory:")
    migrate(connection, 1)
    connection.execute("ALTER TABLE message ADD COLUMN deleted INTEGER")
    with pytest.raises(apsw.SQLError):
        migrate(connection)
    assert version_of(connection) == 1
    columns = [row[1] for row in connection.execute("PRAGMA table_info(chat)")]
    assert "pinned" not in columns
