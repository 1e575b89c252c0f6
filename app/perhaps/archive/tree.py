"""The messages of a chat as the tree that they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from perhaps.archive.records import Message


class Node(Protocol):
    """Whatever has an id, and that of what comes before it."""

    @property
    def id(self) -> int:
        """Its own."""

    @property
    def parent(self) -> int | None:
        """None at the beginning."""


N = TypeVar("N", bound=Node)


def parents_first(nodes: Sequence[N]) -> list[N]:
    """Order nodes so that each comes after its parent, where that is among them.

    All others keep their order; those whose parents run in a circle come last.
    """
    known = {node.id for node in nodes}
    seen: set[int] = set()
    ordered: list[N] = []
    waiting: dict[int, list[N]] = defaultdict(list)
    for node in nodes:
        parent = node.parent
        if parent is not None and parent in known and parent not in seen:
            waiting[parent].append(node)
            continue
        following = [node]
        for each in following:
            seen.add(each.id)
            following += waiting.pop(each.id, ())
        ordered += following
    return ordered + [node for nodes in waiting.values() for node in nodes]


def rooted(messages: Iterable[Message]) -> list[Message]:
    """Let messages, parents first, whose parent is not before them begin the chat."""
    seen: set[int] = set()
    whole = []
    for message in messages:
        whole.append(message if message.parent in seen else replace(message, parent=None))
        seen.add(message.id)
    return whole
