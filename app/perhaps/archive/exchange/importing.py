"""Whatever a file of chats is, put them into the archive, beside those that are there."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from perhaps.archive import reading
from perhaps.archive.backups import copy_in_memory
from perhaps.archive.exchange.intake import Imported, Incoming, take_in
from perhaps.archive.exchange.llama_ui import is_llama_ui, read_llama_ui
from perhaps.archive.exchange.lm_studio import is_lm_studio, read_lm_studio
from perhaps.archive.exchange.open_bundle import OpenBundle, read_bundle
from perhaps.archive.failures import as_sentences
from perhaps.archive.records import Chat, KeptPicture, Message, new_id, now_ms
from perhaps.archive.steps import Steps, finish
from perhaps.archive.tree import rooted
from perhaps.archive.writing import clean
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from perhaps.archive.exchange.bundle import BundledChat
    from perhaps.archive.exchange.foreign import ForeignChat, ForeignMessage
    from perhaps.archive.store import Archive

MOST_BYTES = 2**30
_ZIP = b"PK"
_DATABASE = b"SQLite format 3\0"


def import_file(archive: Archive, path: Path) -> Imported:
    """Import chats of Perhaps, llama.cpp's web page or LM Studio: all of a file or none.

    An automatic backup of the archive, a SQLite file, brings back the chats that are missing.
    Raises ArchiveError. A chat that is in the archive already is left as it is; where it was
    deleted there, it comes back.
    """
    return finish(import_in_steps(archive, path))


def import_in_steps(archive: Archive, path: Path) -> Steps[Imported]:
    """Do what `import_file` does, bit by bit."""
    with as_sentences(path), path.open("rb") as file:
        beginning = file.read(len(_DATABASE))
    if beginning == _DATABASE:
        return (yield from _import_database(archive, path))
    if beginning.startswith(_ZIP):
        bundle = read_bundle(path)
        try:
            return (yield from _import_bundle(archive, bundle))
        finally:
            bundle.close()
    return (yield from _import_foreign(archive, _foreign_chats(path)))


def _import_database(archive: Archive, path: Path) -> Steps[Imported]:
    with as_sentences(path), closing((yield from copy_in_memory(path))) as source:
        chats = reading.chats(source) + reading.chats(source, deleted=True)
        trace = partial(reading.trace, source)
        incoming = (
            Incoming(chat, rooted(reading.messages(source, chat.id, deleted=True)), trace)
            for chat in chats
        )
        return (yield from take_in(archive, incoming))


def _foreign_chats(path: Path) -> list[ForeignChat]:
    with as_sentences(path):
        if path.stat().st_size > MOST_BYTES:
            raise ArchiveError(f"“{path.name}” is larger than 1 GB: export fewer chats at once.")
        raw = path.read_bytes()
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise ArchiveError(f"“{path.name}” is neither JSON nor a zip file of chats.") from None
    if is_llama_ui(data):
        return read_llama_ui(data)
    if is_lm_studio(data):
        return [read_lm_studio(data)]
    raise ArchiveError(
        f"There are no chats in “{path.name}” that Perhaps, llama.cpp or LM Studio wrote."
    )


def _import_bundle(archive: Archive, bundle: OpenBundle) -> Steps[Imported]:
    for content in _new_contents(archive, bundle.bundle.chats):
        if (data := bundle.picture(content)) is not None:
            archive.pictures.keep(data)
        yield
    return (yield from take_in(archive, map(bundle.chat, bundle.bundle.chats)))


def _new_contents(archive: Archive, chats: Iterable[BundledChat]) -> set[str]:
    """Give the hashes of the pictures of chats that are not in the archive."""
    there = {chat.id for deleted in (False, True) for chat in archive.chats(deleted=deleted)}
    messages = (each for chat in chats if chat.id not in there for each in chat.messages)
    return {picture.content for each in messages for picture in each.pictures}


def _import_foreign(archive: Archive, chats: list[ForeignChat]) -> Steps[Imported]:
    filled = [chat for chat in chats if chat.messages]
    ours = []
    for foreign in filled:
        ours.append(_ours(archive, foreign))
        yield
    imported = yield from take_in(archive, ours)
    named = sum(each.missing_pictures for chat in filled for each in chat.messages)
    return replace(imported, missing_pictures=imported.missing_pictures + named)


def _ours(archive: Archive, foreign: ForeignChat) -> Incoming:
    created = foreign.created or now_ms()
    changed = max((each.created for each in foreign.messages), default=0) or created
    chat = Chat(new_id(), foreign.title, created, changed, foreign.pinned)
    messages: list[Message] = []
    for each in foreign.messages:
        parent = messages[each.parent].id if each.parent is not None else None
        messages.append(_our_message(archive, chat, each, parent))
    return Incoming(chat, messages)


def _our_message(archive: Archive, chat: Chat, each: ForeignMessage, parent: int | None) -> Message:
    created = each.created or chat.created
    message = Message(
        id=new_id(),
        chat=chat.id,
        parent=parent,
        role=each.role,
        text=each.text,
        created=created,
        chosen=created + 1 if each.shown else 0,
        facts=_facts(each),
    )
    pictures = tuple(_our_picture(archive, name, data) for name, data in each.pictures)
    return replace(message, pictures=pictures)


def _our_picture(archive: Archive, name: str, data: bytes) -> KeptPicture:
    """Keep a picture that nobody has decoded yet, so that its pixels are unknown."""
    return KeptPicture(name, archive.pictures.keep(data), "", 0, 0, 0, 0)


def _facts(each: ForeignMessage) -> str:
    facts: dict[str, Any] = {"finish": {"reason": "eos"}}
    if each.model:
        facts["model_name"] = clean(each.model)
    return msgspec.json.encode(facts).decode() if each.role == "assistant" else "{}"
