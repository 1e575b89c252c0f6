"""Whatever a file of chats is, put them into the archive, beside those that are there."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from perhaps.archive import reading
from perhaps.archive.backups import copy_in_memory
from perhaps.archive.exchange.bundle import BundledMessage, OpenBundle, read_bundle
from perhaps.archive.exchange.llama_ui import is_llama_ui, read_llama_ui
from perhaps.archive.exchange.lm_studio import is_lm_studio, read_lm_studio
from perhaps.archive.failures import as_sentences
from perhaps.archive.records import Chat, KeptPicture, Message, bounded_date, new_id, now_ms
from perhaps.archive.steps import Steps, finish
from perhaps.archive.tree import parents_first, rooted
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

    from perhaps.archive.exchange.bundle import BundledChat
    from perhaps.archive.exchange.foreign import ForeignChat, ForeignMessage
    from perhaps.archive.store import Archive

MOST_BYTES = 2**30
_ZIP = b"PK"
_DATABASE = b"SQLite format 3\0"
TITLE_LENGTH = 60


@dataclass(frozen=True)
class Imported:
    """What came in."""

    chats: int
    messages: int
    known: int = 0
    """Chats that were there already, and stayed as they were."""
    missing_pictures: int = 0
    """Pictures that the file only names."""


def import_file(archive: Archive, path: Path) -> Imported:
    """Import chats of Perhaps, llama.cpp's web page or LM Studio: all of a file or none.

    An automatic backup of the archive, a SQLite file, brings back the chats that are missing.
    Raises ArchiveError. A chat that is in the archive already is left as it is.
    """
    return finish(import_in_steps(archive, path))


def import_in_steps(archive: Archive, path: Path) -> Steps[Imported]:
    """Do what `import_file` does, bit by bit; all rows come in at the last step."""
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
        there = _known(archive)
        fresh = [chat for chat in chats if chat.id not in there]
        count = 0
        with archive.batch() as batch:
            for chat in fresh:
                batch.put_chat(chat)
                for message in rooted(reading.messages(source, chat.id, deleted=True)):
                    batch.put_message(message)
                    count += 1
                    for chunk in reading.trace(source, message.id):
                        batch.put_trace(message.id, chunk)
    return Imported(chats=len(fresh), messages=count, known=len(chats) - len(fresh))


def _known(archive: Archive) -> set[int]:
    return {chat.id for deleted in (False, True) for chat in archive.chats(deleted=deleted)}


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
    there = _known(archive)
    fresh = [chat for chat in bundle.bundle.chats if chat.id not in there]
    contents = {
        picture.content for chat in fresh for each in chat.messages for picture in each.pictures
    }
    missing = 0
    for content in contents:
        missing += not _keep_picture(archive, bundle, content)
        yield
    with archive.batch() as batch:
        for chat in fresh:
            batch.put_chat(_chat(chat))
            for message in parents_first(chat.messages):
                batch.put_message(_message(chat, message))
                for chunk in bundle.traces(message):
                    batch.put_trace(message.id, chunk)
    return Imported(
        chats=len(fresh),
        messages=sum(len(chat.messages) for chat in fresh),
        known=len(bundle.bundle.chats) - len(fresh),
        missing_pictures=missing,
    )


def _keep_picture(archive: Archive, bundle: OpenBundle, content: str) -> bool:
    data = bundle.picture(content)
    return data is not None and archive.pictures.keep(data) == content


def _chat(chat: BundledChat) -> Chat:
    return Chat(
        id=chat.id,
        title=chat.title,
        created=bounded_date(chat.created),
        changed=bounded_date(chat.changed),
        pinned=chat.pinned,
        deleted=None if chat.deleted is None else bounded_date(chat.deleted),
    )


def _message(chat: BundledChat, message: BundledMessage) -> Message:
    return Message(
        id=message.id,
        chat=chat.id,
        parent=message.parent,
        role=message.role,
        text=message.text,
        created=bounded_date(message.created),
        chosen=bounded_date(message.chosen),
        facts=bytes(message.facts).decode(),
        pictures=message.pictures,
        deleted=message.deleted,
    )


def _import_foreign(archive: Archive, chats: list[ForeignChat]) -> Steps[Imported]:
    filled = [chat for chat in chats if chat.messages]
    ours = []
    for foreign in filled:
        ours.append(_ours(archive, foreign))
        yield
    with archive.batch() as batch:
        for chat, messages in ours:
            batch.put_chat(chat)
            for message in messages:
                batch.put_message(message)
    return Imported(
        chats=len(filled),
        messages=sum(len(chat.messages) for chat in filled),
        missing_pictures=sum(each.missing_pictures for chat in filled for each in chat.messages),
    )


def _ours(archive: Archive, foreign: ForeignChat) -> tuple[Chat, list[Message]]:
    created = foreign.created or now_ms()
    changed = max((each.created for each in foreign.messages), default=0) or created
    chat = Chat(new_id(), foreign.title or _title(foreign), created, changed, foreign.pinned)
    messages: list[Message] = []
    for each in foreign.messages:
        parent = messages[each.parent].id if each.parent is not None else None
        messages.append(_our_message(archive, chat, each, parent))
    return chat, messages


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
        facts["model_name"] = each.model
    return msgspec.json.encode(facts).decode() if each.role == "assistant" else "{}"


def _title(foreign: ForeignChat) -> str:
    first = next((each.text for each in foreign.messages if each.role == "user"), "")
    line = " ".join(first.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
