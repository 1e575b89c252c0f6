"""What a file says of chats, made such that the archive and the window can take it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import msgspec

from perhaps.archive.records import Role, bounded_date
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.archive.records import Chat, KeptPicture, Message

TITLE_LENGTH = 200
QUESTION_LENGTH = 60
"""Of one that stands for a title."""
MOST_SIDE = 2**20
"""Pixels; no picture is that wide."""
ROLES = get_args(Role)
_HASH_LENGTH = 64


def require_tree(chat: Chat, messages: Sequence[Message]) -> Sequence[Message]:
    """Give messages that form a tree, parents first; raises ArchiveError for others."""
    seen: set[int | None] = {None}
    for each in messages:
        if each.id in seen:
            raise damaged(chat, "a message is in it twice")
        if each.parent not in seen:
            raise damaged(chat, "a message follows one that is not in it")
        if each.role not in ROLES:
            raise damaged(chat, "nobody knows who wrote a message of it")
        seen.add(each.id)
    return messages


def damaged(chat: Chat, what: str) -> ArchiveError:
    """Tell in one sentence what is wrong with a chat."""
    title = shortened(chat.title, QUESTION_LENGTH)
    return ArchiveError(f"The chat “{title}” in the file is damaged ({what}): export it again.")


def mended_chat(chat: Chat, messages: Sequence[Message]) -> Chat:
    """Bound the title and the dates of a chat; one without a title gets its first question."""
    question = next((each.text for each in messages if each.role == "user"), "")
    return replace(
        chat,
        title=shortened(chat.title, TITLE_LENGTH) or shortened(question, QUESTION_LENGTH),
        created=bounded_date(chat.created),
        changed=bounded_date(chat.changed),
        deleted=None if chat.deleted is None else bounded_date(chat.deleted),
    )


def mended_message(message: Message) -> Message:
    """Bound what a message says of itself."""
    return replace(
        message,
        created=bounded_date(message.created),
        chosen=bounded_date(message.chosen),
        deleted=None if message.deleted is None else bounded_date(message.deleted),
        facts=whole_facts(message.facts),
        pictures=tuple(map(_mended_picture, message.pictures)),
    )


def shortened(text: str, length: int) -> str:
    """Give a text as one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def whole_facts(text: str) -> str:
    """Give the facts of a message as they are where they are a JSON object, else none."""
    try:
        facts = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return "{}"
    return text if isinstance(facts, dict) else "{}"


def _mended_picture(picture: KeptPicture) -> KeptPicture:
    """Forget the pixels of a picture where they cannot be: they are prepared anew."""
    sides = (picture.width, picture.height, picture.source_width, picture.source_height)
    if len(picture.pixels) == _HASH_LENGTH and all(0 < side <= MOST_SIDE for side in sides):
        return picture
    return replace(picture, pixels="", width=0, height=0, source_width=0, source_height=0)
