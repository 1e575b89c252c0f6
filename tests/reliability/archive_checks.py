"""What must be true of an archive when it is opened again, whatever happened before."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import apsw

from perhaps.archive.backups import backup_files
from perhaps.archive.drafts import EMPTY
from perhaps.archive.failures import NoRoomError
from perhaps.archive.opening import BACKUPS
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from perhaps.archive.records import Message

OPEN_SECONDS = 5.0


def check(folder: Path, promises: Sequence[list[Any]], *, pairs: bool = True) -> float:
    """Open the archive as the next start does; gives the seconds that took.

    With `pairs`, every question must have an answer. Raises AssertionError and ArchiveError.
    """
    began = time.monotonic()
    archive = Archive(folder)
    seconds = time.monotonic() - began
    try:
        assert archive.opened.set_aside is None, "the archive had to be salvaged"
        assert seconds <= OPEN_SECONDS, f"it took {seconds:.1f} s to open"
        _check_whole(archive)
        _check_chats(archive, pairs=pairs)
        everything = _messages(archive)
        for promise in promises:
            _check_promise(archive, everything, *promise)
        _check_pictures(folder)
        _check_backups(folder)
    finally:
        archive.close()
    return seconds


def _messages(archive: Archive) -> dict[int, Message]:
    return {
        each.id: each
        for chat in (*archive.chats(), *archive.chats(deleted=True))
        for each in archive.messages(chat.id, deleted=True)
    }


def _check_whole(archive: Archive) -> None:
    connection = archive._connection
    assert connection.pragma("integrity_check") == "ok", "integrity"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign keys"
    connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")


def _check_chats(archive: Archive, *, pairs: bool) -> None:
    """What belongs together is there together or not at all."""
    for chat in archive.chats():
        kept = archive.messages(chat.id, deleted=True)
        assert kept, f"chat {chat.id} is empty"
        parents = {each.parent for each in kept}
        alone = [each.id for each in kept if each.role == "user" and each.id not in parents]
        assert not (alone and pairs), f"questions without an answer: {alone}"


def _check_promise(
    archive: Archive, everything: dict[int, Message], kind: str, *values: Any
) -> None:
    match kind:
        case "is":
            kept = everything.get(values[0])
            assert kept is not None, f"promised and lost: {values[0]}"
            assert kept.text == values[1], f"message {values[0]} is another text"
        case "begins":
            kept = everything.get(values[0])
            assert kept is not None, f"promised and lost: {values[0]}"
            assert kept.text.startswith(values[1]), f"message {values[0]} lost what was written"
            assert archive.trace(values[0]), f"message {values[0]} lost its trace"
        case "deleted":
            assert values[0] not in [chat.id for chat in archive.chats()], "it came back"
        case "alive":
            deleted = [chat.id for chat in archive.chats(deleted=True)]
            assert values[0] not in deleted, "it was not restored"
        case "hidden":
            # One that was never written cannot come back either.
            kept = everything.get(values[0])
            assert kept is None or kept.deleted is not None, "a message came back"
        case "pictures":
            _check_pictures_of(archive, everything[values[0]])
        case "draft":
            _check_draft(archive, values[0], asked=10 in everything)
        case "refused":
            # Of any other kind, what was to be written is given up and not tried again.
            assert values[0] == NoRoomError.__name__, f"refused for good: {values[1]}"
        case "waits":
            raise AssertionError("something still waits, though the disk works again")
        case "crashed":
            raise AssertionError(f"no sentence but {values[0]}")


def _check_draft(archive: Archive, number: int | None, *, asked: bool) -> None:
    """The draft is this one or a later one; None where it was sent and must not come back."""
    kept = archive.draft()
    if number is None or not kept.text:
        assert kept == EMPTY, f"draft {kept.text} came back"
        assert asked, f"draft {number} is lost"
        return
    assert int(kept.text) >= number, f"draft {number} is draft {kept.text} again"
    for picture in kept.pictures:
        assert archive.pictures.holds(picture.content), f"draft {kept.text} lost its picture"


def _check_pictures_of(archive: Archive, message: Message) -> None:
    for picture in message.pictures:
        try:
            archive.pictures.read(picture.content)
        except ArchiveError:
            raise AssertionError(f"the picture of message {message.id} is not whole") from None


def _check_pictures(folder: Path) -> None:
    """What has the name of a picture is that picture, or it would never be written again."""
    for path in folder.glob("pictures/??/*"):
        if path.suffix != ".part":
            whole = hashlib.sha256(path.read_bytes()).hexdigest() == path.name
            assert whole, f"the picture {path.name[:8]} is not whole"


def _check_backups(folder: Path) -> None:
    for path in backup_files(folder / BACKUPS):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        assert connection.pragma("integrity_check") == "ok", f"the backup {path.name} is damaged"
        connection.close()
