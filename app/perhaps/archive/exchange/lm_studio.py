"""A chat as LM Studio keeps it, one JSON file each.

`messages` is a list of turns; each has `versions`, of which `currentlySelected` was shown. A
version is of one step with a `content`, or of several, whose blocks of content follow each other.
Pictures are only named: their files are elsewhere.
"""

from __future__ import annotations

from typing import Any

from perhaps.archive.exchange.foreign import (
    ForeignChat,
    ForeignMessage,
    date_of,
    number_of,
    text_of,
)


def is_lm_studio(data: Any) -> bool:
    """Tell whether a JSON value is such a chat."""
    messages = data.get("messages") if isinstance(data, dict) else None
    return isinstance(messages, list) and any(
        isinstance(each, dict) and isinstance(each.get("versions"), list) for each in messages
    )


def read_lm_studio(data: Any) -> ForeignChat:
    """Read the chat; what follows a version hangs under the one that was shown."""
    chat = ForeignChat(
        title=text_of(data.get("name")),
        created=date_of(data.get("createdAt")),
        pinned=data.get("pinned") is True,
    )
    parent: int | None = None
    for turn in data["messages"]:
        versions = turn.get("versions") if isinstance(turn, dict) else None
        parent = _add_turn(chat, versions, turn, parent) if versions else parent
    return chat


def _add_turn(chat: ForeignChat, versions: Any, turn: Any, parent: int | None) -> int | None:
    usable = [each for each in versions if isinstance(each, dict)]
    selected = number_of(turn.get("currentlySelected"))
    chosen = min(selected, len(usable) - 1)
    first = len(chat.messages)
    for place, version in enumerate(usable):
        role = version.get("role")
        chat.messages.append(
            ForeignMessage(
                role=role if role in ("system", "user") else "assistant",
                text=_text(version),
                parent=parent,
                created=chat.created,
                shown=place == chosen,
                model=_model(version),
                missing_pictures=_count_pictures(version.get("content")),
            )
        )
    return first + chosen if usable else parent


def _text(version: dict[str, Any]) -> str:
    if "steps" not in version:
        return text_of(version.get("content"))
    steps = version["steps"] if isinstance(version["steps"], list) else []
    blocks = [
        each for each in steps if isinstance(each, dict) and each.get("type") == "contentBlock"
    ]
    return "\n\n".join(text for each in blocks if (text := text_of(each.get("content"))))


def _model(version: dict[str, Any]) -> str:
    steps = version.get("steps")
    for step in steps if isinstance(steps, list) else []:
        information = step.get("genInfo") if isinstance(step, dict) else None
        if isinstance(information, dict) and (name := text_of(information.get("identifier"))):
            return name
    sender = version.get("senderInfo")
    return text_of(sender.get("senderName")) if isinstance(sender, dict) else ""


def _count_pictures(content: Any) -> int:
    parts = content if isinstance(content, list) else []
    return sum(
        isinstance(part, dict) and part.get("type") == "file" and part.get("fileType") == "image"
        for part in parts
    )
