"""Chats in one zip file, with everything that belongs to them.

The zip holds:

- `chats.json`: the object that `Bundle` describes, and `resources/export/chats.schema.json`.
  Dates are milliseconds since 1970, ids are numbers that are unique in the file, `parent` is the
  id of the message before (absent for the beginning of a chat), and of siblings the one with the
  latest `chosen` is shown. `facts` is an object with the model, its settings, and how the answer
  ended.
- `pictures/HASH`: the original bytes of each picture, named by their SHA-256.
- `traces/ID.FIRST`: the token trace of message ID from its token FIRST on.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import msgspec

from perhaps.archive.exchange.mending import whole_facts
from perhaps.archive.failures import as_sentences
from perhaps.archive.pictures import replacing
from perhaps.archive.records import Chat, KeptPicture, Message, Role, TraceChunk, now_ms
from perhaps.archive.steps import Steps, finish
from perhaps.archive.tree import rooted
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from perhaps.archive.store import Archive

FORMAT = "perhaps-chats"
VERSION = 1
CHATS_FILE = "chats.json"
PIECE = 2**21
"""Bytes of `chats.json` that are compressed in one step."""


class BundledMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message of `chats.json`."""

    id: int
    role: Role
    text: str
    created: int
    chosen: int
    parent: int | None = None
    deleted: int | None = None
    facts: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    pictures: tuple[KeptPicture, ...] = ()
    traces: tuple[int, ...] = ()
    """Where each chunk of its trace begins."""


class BundledChat(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chat of `chats.json`; parents come before what follows them."""

    id: int
    title: str
    created: int
    changed: int
    messages: tuple[BundledMessage, ...]
    pinned: bool = False
    deleted: int | None = None


class Bundle(msgspec.Struct, frozen=True):
    """The object in `chats.json`."""

    format: str
    version: int
    exported: int
    chats: tuple[BundledChat, ...]


def schema() -> dict[str, object]:
    """Give the JSON Schema of `chats.json`."""
    return msgspec.json.schema(Bundle)


def write_bundle(archive: Archive, chats: Iterable[Chat], path: Path) -> int:
    """Write chats into a zip file, whole or not at all; gives how many pictures were missing.

    Raises ArchiveError.
    """
    return finish(bundle_in_steps(archive, chats, path))


def bundle_in_steps(archive: Archive, chats: Iterable[Chat], path: Path) -> Steps[int]:
    """Do what `write_bundle` does, bit by bit."""
    missing = 0
    with (
        as_sentences(path),
        replacing(path) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        bundled = []
        kept: set[str] = set()
        for chat in chats:
            messages = rooted(archive.messages(chat.id, deleted=True))
            traces = {each.id: archive.trace(each.id) for each in messages}
            bundled.append(_bundled(chat, messages, traces))
            _write_traces(file, traces)
            contents = {picture.content for each in messages for picture in each.pictures}
            yield
            for content in sorted(contents - kept):
                missing += not _write_picture(file, archive, content)
                yield
            kept |= contents
        bundle = Bundle(FORMAT, VERSION, now_ms(), tuple(bundled))
        yield from _write_chats(file, msgspec.json.encode(bundle))
    return missing


def _bundled(
    chat: Chat, messages: list[Message], traces: dict[int, list[TraceChunk]]
) -> BundledChat:
    return BundledChat(
        id=chat.id,
        title=chat.title,
        created=chat.created,
        changed=chat.changed,
        pinned=chat.pinned,
        deleted=chat.deleted,
        messages=tuple(
            BundledMessage(
                id=each.id,
                role=each.role,
                text=each.text,
                created=each.created,
                chosen=each.chosen,
                parent=each.parent,
                deleted=each.deleted,
                facts=msgspec.Raw(whole_facts(each.facts).encode()),
                pictures=each.pictures,
                traces=tuple(chunk.first for chunk in traces[each.id]),
            )
            for each in messages
        ),
    )


def _write_traces(file: zipfile.ZipFile, traces: dict[int, list[TraceChunk]]) -> None:
    for message, chunks in traces.items():
        for chunk in chunks:
            # They are compressed already.
            file.writestr(f"traces/{message}.{chunk.first}", chunk.data, zipfile.ZIP_STORED)


def _write_picture(file: zipfile.ZipFile, archive: Archive, content: str) -> bool:
    try:
        data = archive.pictures.read(content)
    except ArchiveError:
        return False
    file.writestr(f"pictures/{content}", data, zipfile.ZIP_STORED)
    return True


def _write_chats(file: zipfile.ZipFile, data: bytes) -> Steps[None]:
    # Compressing takes most of the time.
    with file.open(CHATS_FILE, "w") as member:
        for start in range(0, len(data), PIECE):
            member.write(data[start : start + PIECE])
            yield
