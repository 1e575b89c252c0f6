"""Chats that the web page of llama.cpp's server exported.

Its JSON is a list of `{"conv": {...}, "messages": [...]}`, or one of them. Messages are a tree by
`id` and `parent`, under a message of the type `root`; `currNode` is the last one that was shown;
pictures are in `extra` as base64 addresses, and attached files as their text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from perhaps.archive.exchange.foreign import (
    ForeignChat,
    ForeignMessage,
    data_uri_bytes,
    date_of,
    text_of,
)
from perhaps.archive.tree import parents_first


def is_llama_ui(data: Any) -> bool:
    """Tell whether a JSON value is such an export."""
    return all(
        isinstance(each, dict) and "conv" in each and isinstance(each.get("messages"), list)
        for each in _exports(data)
    ) and bool(_exports(data))


def read_llama_ui(data: Any) -> list[ForeignChat]:
    """Read all conversations."""
    return [_chat(each["conv"], each["messages"]) for each in _exports(data)]


def _exports(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


@dataclass(frozen=True)
class _Node:
    """A message by its place in the file, as ids of others may be anything."""

    id: int
    parent: int | None
    message: dict[str, Any]


def _chat(conversation: Any, messages: list[Any]) -> ForeignChat:
    facts = conversation if isinstance(conversation, dict) else {}
    found = [each for each in messages if isinstance(each, dict) and each.get("type") != "root"]
    places = _places(found)
    nodes = [
        _Node(place, places.get(_key(each.get("parent"))), each) for place, each in enumerate(found)
    ]
    shown = _way_up(places.get(_key(facts.get("currNode"))), nodes)
    ordered = parents_first(sorted(nodes, key=_date))
    return ForeignChat(
        title=text_of(facts.get("name")),
        created=min(map(_date, nodes), default=0),
        pinned=facts.get("pinned") is True,
        messages=_messages(ordered, shown),
    )


def _key(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) else None


def _places(messages: list[dict[str, Any]]) -> dict[str | None, int]:
    """Tell where each id is first; what has none is nobody's parent."""
    keys = [_key(each.get("id")) for each in messages]
    places = {key: place for place, key in reversed(list(enumerate(keys)))}
    places.pop(None, None)
    return places


def _date(node: _Node) -> int:
    return date_of(node.message.get("timestamp"))


def _messages(ordered: list[_Node], shown: set[int]) -> list[ForeignMessage]:
    """Read messages; what follows none of those before it begins the chat."""
    index: dict[int, int] = {}
    messages = []
    for node in ordered:
        parent = None if node.parent is None else index.get(node.parent)
        messages.append(_message(node, parent, shown=node.id in shown))
        index[node.id] = len(index)
    return messages


def _message(node: _Node, parent: int | None, *, shown: bool) -> ForeignMessage:
    role = node.message.get("role")
    pictures = [_picture(each) for each in _attached(node.message) if _is_picture(each)]
    return ForeignMessage(
        role=role if role in ("system", "user") else "assistant",
        text=_text(node.message),
        parent=parent,
        created=_date(node),
        shown=shown,
        model=text_of(node.message.get("model")),
        pictures=[picture for picture in pictures if picture is not None],
        missing_pictures=pictures.count(None),
    )


def _text(message: dict[str, Any]) -> str:
    """Give what was written, and after it the text of attached files, as the model got it."""
    files = (
        f"{text_of(each.get('name'))}:\n\n{text_of(each.get('content'))}"
        for each in _attached(message)
        if not _is_picture(each) and text_of(each.get("content"))
    )
    return "\n\n".join([text_of(message.get("content")), *files])


def _attached(message: dict[str, Any]) -> list[dict[str, Any]]:
    extra = message.get("extra")
    return [each for each in extra if isinstance(each, dict)] if isinstance(extra, list) else []


def _is_picture(attached: dict[str, Any]) -> bool:
    return attached.get("type") in ("IMAGE", "imageFile")


def _picture(attached: dict[str, Any]) -> tuple[str, bytes] | None:
    """Give its name and bytes; None where these are not in the file."""
    data = data_uri_bytes(attached.get("base64Url"))
    return None if data is None else (text_of(attached.get("name")), data)


def _way_up(place: int | None, nodes: list[_Node]) -> set[int]:
    way: set[int] = set()
    while place is not None and place not in way:
        way.add(place)
        place = nodes[place].parent
    return way
