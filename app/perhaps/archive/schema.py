"""The tables of the archive, and how old ones become new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from perhaps.archive.database import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    Migration = Callable[[apsw.Connection], None]

VERSION_1 = """
CREATE TABLE chat(
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  deleted INTEGER
) STRICT;

CREATE TABLE message(
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  parent INTEGER REFERENCES message ON DELETE CASCADE,
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_chat ON message(chat);
CREATE INDEX message_by_parent ON message(parent);

CREATE TABLE picture(
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  pixels TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  source_width INTEGER NOT NULL,
  source_height INTEGER NOT NULL,
  PRIMARY KEY (message, position)
) STRICT;
CREATE INDEX picture_by_content ON picture(content);

CREATE TABLE trace(
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  first INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (message, first)
) STRICT;

CREATE VIRTUAL TABLE words USING fts5(
  text, files, content='', contentless_delete=1,
  tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
);
"""


def _add_versions_and_pins(connection: apsw.Connection) -> None:
    """Version 2: chats can be pinned, versions of a message chosen and messages deleted."""
    connection.execute(
        """
        ALTER TABLE chat ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN deleted INTEGER;
        UPDATE message SET chosen = created;
        CREATE INDEX message_deleted ON message(id) WHERE deleted NOT NULL;
        CREATE INDEX message_unfinished ON message(id) WHERE finished = 0;
        """
    )


def _create(connection: apsw.Connection) -> None:
    connection.execute(VERSION_1)


MIGRATIONS: tuple[Migration, ...] = (_create, _add_versions_and_pins)
"""The n-th one makes version n out of the version before it."""

NEWEST = len(MIGRATIONS)


def version_of(connection: apsw.Connection) -> int:
    """Give the version of a database; 0 for an empty one."""
    return int(connection.pragma("user_version"))


def tables_of(connection: apsw.Connection) -> list[tuple[object, ...]]:
    """Give what a database says of its own tables."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    return connection.execute(query).fetchall()


def tables_in(version: int) -> list[tuple[object, ...]]:
    """Give what it says in a version."""
    connection = apsw.Connection(":memory:")
    migrate(connection, version)
    found = tables_of(connection)
    connection.close()
    return found


def migrate(connection: apsw.Connection, target: int = NEWEST) -> None:
    """Bring a database up to a version, each step as one transaction."""
    for number in range(version_of(connection), target):
        with transaction(connection):
            MIGRATIONS[number](connection)
            connection.pragma("user_version", number + 1)
