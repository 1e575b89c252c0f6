"""Chats that the web page of llama.cpp's server exported.

Its JSON is a list of `{"conv": {...}, "messages": [...]}`, or one of them. Messages are a tree by
`id` and `parent`, under a message of the type `root`; `currNode` is the last one that was shown;
pictures are in `extra` as base64 addresses.
"""

from __future__ import annotations

from typing import Any

from perhaps.archive.exchange.foreign import (
    ForeignChat,
    ForeignMessage,
    data_uri_bytes,
    date_of,
    text_of,
)

_PICTURES = ("IMAGE", "imageFile")


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


def _chat(conversation: Any, messages: list[Any]) -> ForeignChat:
    facts = conversation if isinstance(conversation, dict) else {}
    nodes = [each for each in messages if isinstance(each, dict) and each.get("type") != "root"]
    known = {each.get("id"): each for each in nodes}
    ordered = _parents_first(nodes, known)
    index = {each.get("id"): place for place, each in enumerate(ordered)}
    shown = _shown(facts.get("currNode"), known)
    return ForeignChat(
        title=text_of(facts.get("name")),
        created=min((date_of(each.get("timestamp")) for each in nodes), default=0),
        pinned=facts.get("pinned") is True,
        messages=[_message(each, index, shown) for each in ordered],
    )


def _message(node: dict[str, Any], index: dict[Any, int], shown: set[Any]) -> ForeignMessage:
    role = node.get("role")
    return ForeignMessage(
        role=role if role in ("system", "user") else "assistant",
        text=text_of(node.get("content")),
        parent=index.get(node.get("parent")),
        created=date_of(node.get("timestamp")),
        shown=node.get("id") in shown,
        model=text_of(node.get("model")),
        pictures=_pictures(node.get("extra")),
    )


def _pictures(extra: Any) -> list[tuple[str, bytes]]:
    entries = extra if isinstance(extra, list) else []
    found = (
        (text_of(each.get("name")), data_uri_bytes(each.get("base64Url")))
        for each in entries
        if isinstance(each, dict) and each.get("type") in _PICTURES
    )
    return [(name, data) for name, data in found if data is not None]


def _parents_first(nodes: list[dict[str, Any]], known: dict[Any, Any]) -> list[dict[str, Any]]:
    """Order the tree so that each message comes after its parent; what is in a circle is cut."""
    depths = {each.get("id"): len(_way_up(each.get("id"), known)) for each in nodes}

    def place(node: dict[str, Any]) -> tuple[int, int]:
        return depths[node.get("id")], date_of(node.get("timestamp"))

    return sorted(nodes, key=place)


def _shown(last: Any, known: dict[Any, Any]) -> set[Any]:
    return set(_way_up(last, known))


def _way_up(node: Any, known: dict[Any, Any]) -> list[Any]:
    way: list[Any] = []
    seen: set[Any] = set()
    while node in known and node not in seen:
        seen.add(node)
        way.append(node)
        node = known[node].get("parent")
    return way
