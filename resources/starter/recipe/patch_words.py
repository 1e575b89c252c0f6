"""The words that each patch stands for, as tokens."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from recipe.chats import IGNORED, ids_of
from recipe.kinds import CHARACTERS, KINDS, NAMELESS, is_written, last_word
from recipe.palette import COLOURS

ROWS, COLUMNS = ("top", "centre", "bottom"), ("left", "centre", "right")


def patch_words(labels: dict[str, Tensor]) -> Tensor:
    """The tokens of a patch's name, colour, row, column and letter, [batch, patches, 5].

    IGNORED where it has none of one of them: the ground, emoji without a colour, the place of
    what is written.
    """
    kind, zone = labels["kind"], (labels["zone"] - 1).clamp(min=0)
    unplaced = has_no_place()[kind]
    words = [
        kind_tokens()[kind],
        colour_tokens()[labels["colour"]],
        tokens_of(ROWS)[zone // 3].masked_fill(unplaced, IGNORED),
        tokens_of(COLUMNS)[zone % 3].masked_fill(unplaced, IGNORED),
        character_tokens()[labels["character"]],
    ]
    return torch.stack(words, dim=-1)


@cache
def tokens_of(words: tuple[str, ...]) -> Tensor:
    """First token of each word, as it stands inside a sentence."""
    return torch.tensor([ids_of(" " + word)[0] for word in words])


@cache
def kind_tokens() -> Tensor:
    """The token of each kind's name; none for the ground (0) and for what has no name."""
    tokens = [IGNORED if k in NAMELESS else ids_of(" " + last_word(k))[0] for k in KINDS]
    return torch.tensor([IGNORED, *tokens])


@cache
def has_no_place() -> Tensor:
    """Tell of the ground (0) and of each kind whether nobody asks where it is."""
    return torch.tensor([True, *(is_written(kind) for kind in KINDS)])


@cache
def colour_tokens() -> Tensor:
    """The token of each colour; none for what has no colour."""
    return torch.cat([torch.tensor([IGNORED]), tokens_of(COLOURS)])


@cache
def character_tokens() -> Tensor:
    """The token of each letter and digit; none for the rest."""
    return torch.cat([torch.tensor([IGNORED]), tokens_of(tuple(CHARACTERS))])
