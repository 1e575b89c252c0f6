"""Chats and messages that the tests of the archive are made of."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from perhaps.archive.records import Chat, KeptPicture, Message, new_id, now_ms

if TYPE_CHECKING:
    from perhaps.archive.store import Archive

PNG = b"\x89PNG\r\n\x1a\n as good as any bytes"


def a_chat(title: str = "Two circles", **changes: object) -> Chat:
    now = now_ms()
    return Chat(**{"id": new_id(), "title": title, "created": now, "changed": now, **changes})


def a_message(chat: Chat, role: str, text: str, parent: Message | None = None, **changes: object):
    now = now_ms()
    values = {
        "id": new_id(),
        "chat": chat.id,
        "parent": parent.id if parent else None,
        "role": role,
        "text": text,
        "created": now,
        "chosen": now,
    }
    return Message(**{**values, **changes})


def a_picture(name: str = "shapes.png", data: bytes = PNG) -> KeptPicture:
    content = hashlib.sha256(data).hexdigest()
    return KeptPicture(name, content, "0" * 64, 40, 30, 80, 60)


def some_pixels(width: int = 40, height: int = 30) -> np.ndarray:
    pixels = np.full((height, width, 3), 200, np.uint8)
    pixels[: height // 2] = (255, 0, 0)
    return pixels


def fill(archive: Archive, chats: int, turns: int = 2, words: int = 12) -> list[tuple[Chat, list]]:
    """Write chats whose every text is different; gives what was written."""
    written = []
    for number in range(chats):
        chat = a_chat(f"Chat {number}")
        messages: list[Message] = []
        for turn in range(turns):
            parent = messages[-1] if messages else None
            body = " ".join(f"word{number}x{turn}x{i}" for i in range(words))
            question = a_message(chat, "user", f"question {body}", parent)
            answer = a_message(chat, "assistant", f"answer {body}", question)
            messages += [question, answer]
        archive.put_messages(messages, chat)
        chat = next(each for each in archive.chats() if each.id == chat.id)
        written.append((chat, messages))
    return written
