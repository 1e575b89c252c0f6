"""Pack questions about pictures into chats, several to a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from recipe.asking import ask, ask_back
from recipe.question import Question
from recipe.renderer import GRID
from recipe.small_talk import NEED_PICTURE, off_topic, small_talk
from recipe.tokenizer import ASSISTANT, BEGIN, END, SYSTEM, USER, encode, load_tokenizer
from recipe.two_pictures import comparable, compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tokenizers import Tokenizer

    from recipe.scenes import Scene

IMAGE_TOKENS = GRID * GRID
IGNORED = -100
LAYOUTS = {(6, 1): 0.5, (3, 2): 0.2, (2, 3): 0.1, (1, 6): 0.14, (1, 13): 0.06}
SYSTEM_TEXTS = (
    "You are a helpful assistant.", "Answer briefly.",
    "You are Perhaps, an assistant for pictures.",
    "You answer questions about pictures.", "Answer in one short sentence.",
    "Be concise and honest.",
    "You are a helpful assistant that looks at pictures and answers questions about them. "
    "If you do not know the answer, say that you are not sure.",
)  # fmt: skip


@dataclass
class Row:
    """One packed row: a shared prefix (branch 0), then branches that do not see each other."""

    tokens: list[int] = field(default_factory=list)
    targets: list[int] = field(
        default_factory=list
    )  # the token that answers at this place, or IGNORED
    branches: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)  # the image token at this place, or -1
    branch: int = 0
    prefix: int = 0

    def start_branch(self) -> None:
        """Begin a branch that goes on from the prefix."""
        if self.branch == 0:
            self.prefix = len(self.tokens)
        self.branch += 1

    def add(self, tokens: list[int], targets: list[int] | None = None, slot: int = -1) -> None:
        """Append tokens; image tokens number their slots from `slot`."""
        start = self.positions[-1] + 1 if self.positions else 0
        if self.branches and self.branches[-1] != self.branch:
            start = self.prefix
        count = len(tokens)
        self.tokens += tokens
        self.targets += targets or [IGNORED] * count
        self.branches += [self.branch] * count
        self.positions += range(start, start + count)
        self.slots += range(slot, slot + count) if slot >= 0 else [-1] * count

    def add_turn(self, question: list[int], answer: list[int]) -> None:
        """Append a question and its answer, which is learned."""
        self.add([*question, ASSISTANT])
        self.targets[-1] = answer[0]
        self.add(answer, [*answer[1:], END])
        self.add([END])

    def add_picture(self, number: int) -> None:
        """Append the image tokens of a picture of the batch."""
        self.add([0] * IMAGE_TOKENS, slot=number * IMAGE_TOKENS)


@cache
def shared_tokenizer() -> Tokenizer:
    """Load the tokenizer once in a process."""
    return load_tokenizer(Path(__file__).parent.parent / "tokenizer.json")


@cache
def ids_of(text: str) -> list[int]:
    """Encode a text that comes often."""
    return encode(shared_tokenizer(), text)


def chat(rng: Random, scene: Scene, turns: int) -> Iterator[Question]:
    """Ask several questions about a scene in one chat, some of them following up."""
    before: Question | None = None
    for _ in range(turns):
        question = None
        if before and rng.random() < 0.35:
            question = ask_back(rng, scene, before)
        if question is None and before and rng.random() < 0.06:
            question = Question("small talk", *small_talk(rng))
        before = question or ask(rng, scene)
        yield before


def picture_row(rng: Random, scenes: list[Scene], number: int, layout: tuple[int, int]) -> Row:
    """Pack one picture's questions: `layout` is how many branches of how many turns."""
    row = opened_row(rng)
    if rng.random() < 0.06:
        row.add([USER])
        row.add_turn(*pair(*small_talk(rng)))
    if rng.random() < 0.04:
        other = rng.randrange(len(scenes))
        earlier = ask(rng, scenes[other])
        row.add([USER])
        row.add_picture(other)
        row.add_turn(*pair(earlier.text, earlier.answer))
    row.add([USER])
    row.add_picture(number)
    branches, turns = layout
    for _ in range(branches):
        row.start_branch()
        for turn, question in enumerate(chat(rng, scenes[number], turns)):
            if turn:
                row.add([USER])
            row.add_turn(*pair(question.text, question.answer))
    return row


def compared_row(rng: Random, scenes: list[Scene], branches: int) -> Row | None:
    """Pack questions about two pictures at once; None where no two can be compared."""
    numbers = comparable(rng, scenes)
    if numbers is None:
        return None
    row = opened_row(rng)
    row.add([USER])
    for number in numbers:
        row.add_picture(number)
    for _ in range(branches):
        row.start_branch()
        question = compare(rng, *(scenes[number] for number in numbers))
        assert question is not None
        row.add_turn(*pair(question.text, question.answer))
    return row


def talk_row(rng: Random, scene: Scene, branches: int) -> Row:
    """Pack chats without a picture: small talk, and questions that need one."""
    row = opened_row(rng)
    row.add([USER])
    for _ in range(branches):
        row.start_branch()
        for turn in range(rng.choice((1, 1, 2, 3))):
            if turn:
                row.add([USER])
            draw = rng.random()
            if draw < 0.45:
                row.add_turn(*pair(*small_talk(rng)))
            elif draw < 0.6:
                row.add_turn(*pair(*off_topic(rng)))
            else:
                row.add_turn(*pair(ask(rng, scene).text, NEED_PICTURE))
    return row


def opened_row(rng: Random) -> Row:
    """Begin a chat, with or without a system text."""
    row = Row()
    if rng.random() < 0.95:
        row.add([BEGIN])
    if rng.random() < 0.35:
        row.add([SYSTEM, *ids_of(rng.choice(SYSTEM_TEXTS))])
    return row


def pair(question: str, answer: str) -> tuple[list[int], list[int]]:
    """Encode a question and its answer, each by itself, as the app does."""
    return encode(shared_tokenizer(), question), ids_of(answer)


def batch_rows(rows: list[Row]) -> dict[str, Tensor]:
    """Pad the rows to one length."""
    length = max(len(row.tokens) for row in rows)
    padding = {"tokens": 0, "targets": IGNORED, "branches": -1, "positions": 0, "slots": -1}
    return {
        name: torch.tensor(
            [getattr(row, name) + [empty] * (length - len(row.tokens)) for row in rows]
        )
        for name, empty in padding.items()
    }


def branch_mask(branches: Tensor) -> Tensor:
    """The mask that keeps branches apart: 0 where a token may look, else very negative.

    Branches [rows, length] to the mask [rows, 1, length, length]; branch 0 is seen by all.
    """
    length = branches.shape[1]
    seen = (branches[:, None, :] == 0) | (branches[:, None, :] == branches[:, :, None])
    seen &= torch.ones(length, length, dtype=torch.bool, device=branches.device).tril()
    seen |= torch.eye(length, dtype=torch.bool, device=branches.device)
    return torch.where(seen, 0.0, -1e4)[:, None]


def talk_about(rng: Random, scenes: list[Scene]) -> dict[str, Tensor]:
    """Make the rows of a batch of pictures, one about two of them, and one about none."""
    layout = rng.choices(list(LAYOUTS), list(LAYOUTS.values()))[0]
    rows = [picture_row(rng, scenes, number, layout) for number in range(len(scenes))]
    rows.append(talk_row(rng, rng.choice(scenes), 4))
    if compared := compared_row(rng, scenes, 4):
        rows.append(compared)
    return batch_rows(rows)
