"""What the training minimises besides the patch labels."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from recipe.chats import IGNORED, ids_of
from recipe.kinds import CHARACTERS, KINDS, UNKNOWN, is_written, last_word
from recipe.palette import COLOURS

if TYPE_CHECKING:
    from recipe.model import StarterModel

ROWS, COLUMNS = ("top", "centre", "bottom"), ("left", "centre", "right")


def answer_loss(
    model: StarterModel, image_tokens: Tensor, chats: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Mean cross-entropy of the answers' tokens."""
    x = model.embed(chats["tokens"], chats["slots"], image_tokens)
    hidden = model.decode(x, chats["positions"], chats["mask"])
    learned = chats["targets"] != IGNORED
    logits = model.logits(hidden[learned]).float()
    targets = chats["targets"][learned]
    right = (logits.detach().argmax(-1) == targets).float().mean()
    return {"answer": functional.cross_entropy(logits, targets), "answer_right": right}


def word_loss(model: StarterModel, image_tokens: Tensor, labels: dict[str, Tensor]) -> Tensor:
    """Let a covered patch's image token point at the words for what it is part of.

    These are its name, its colour, its place in the picture and its letter; what has none of one
    of them is not asked for it.
    """
    covered = labels["kind"] > 0
    scores = model.logits(image_tokens[covered]).float().log_softmax(-1)
    targets = word_targets(labels, covered)
    known = targets != IGNORED
    losses = -scores.gather(1, targets.clamp(min=0)) * known
    weights = labels["weight"][covered]
    return (losses.sum(1) * weights).sum() / weights.sum()


def word_targets(labels: dict[str, Tensor], covered: Tensor) -> Tensor:
    """The tokens that the covered patches should point at, [patches, 5]."""
    kind, zone = labels["kind"][covered], labels["zone"][covered] - 1
    rows, columns = place_tokens(ROWS)[zone.cpu() // 3], place_tokens(COLUMNS)[zone.cpu() % 3]
    unplaced = written_kinds()[kind.cpu()]
    targets = [
        kind_tokens()[kind.cpu()],
        colour_tokens()[labels["colour"][covered].cpu()],
        rows.masked_fill(unplaced, IGNORED),
        columns.masked_fill(unplaced, IGNORED),
        character_tokens()[labels["character"][covered].cpu()],
    ]
    return torch.stack(targets, dim=1).to(kind.device)


def first_tokens(words: tuple[str, ...]) -> Tensor:
    """First token of each word, as it stands inside a sentence."""
    return torch.tensor([ids_of(" " + word)[0] for word in words])


@cache
def kind_tokens() -> Tensor:
    """The token of each kind's name; none for the ground (0) and for what is unknown."""
    tokens = [IGNORED if k == UNKNOWN else ids_of(" " + last_word(k))[0] for k in KINDS]
    return torch.tensor([IGNORED, *tokens])


@cache
def written_kinds() -> Tensor:
    """Tell of each kind whether it is something to read."""
    return torch.tensor([False, *(is_written(kind) for kind in KINDS)])


@cache
def colour_tokens() -> Tensor:
    """The token of each colour; none for what has no colour."""
    return torch.cat([torch.tensor([IGNORED]), first_tokens(COLOURS)])


@cache
def character_tokens() -> Tensor:
    """The token of each letter and digit; none for the rest."""
    return torch.cat([torch.tensor([IGNORED]), first_tokens(tuple(CHARACTERS))])


@cache
def place_tokens(words: tuple[str, ...]) -> Tensor:
    """The tokens of the words for rows or columns."""
    return first_tokens(words)
