"""What the training minimises besides the patch labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

from recipe.chats import IGNORED, branch_mask

if TYPE_CHECKING:
    from torch import Tensor

    from recipe.model import StarterModel


def answer_loss(
    model: StarterModel, image_tokens: Tensor, chats: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Mean cross-entropy of the answers' tokens."""
    x = model.embed(chats["tokens"], chats["slots"], image_tokens)
    hidden = model.decode(x, chats["positions"], branch_mask(chats["branches"]))
    learned = chats["targets"] != IGNORED
    logits = model.logits(hidden[learned]).float()
    targets = chats["targets"][learned]
    right = (logits.detach().argmax(-1) == targets).float().mean()
    return {"answer": functional.cross_entropy(logits, targets), "answer_right": right}


def word_loss(model: StarterModel, image_tokens: Tensor, labels: dict[str, Tensor]) -> Tensor:
    """Let a covered patch's image token point at the words for what it is part of."""
    covered = labels["kind"] > 0
    scores = model.logits(image_tokens[covered]).float().log_softmax(-1)
    targets = labels["words"][covered]
    losses = -scores.gather(1, targets.clamp(min=0)) * (targets != IGNORED)
    weights = labels["weight"][covered]
    return (losses.sum(1) * weights).sum() / weights.sum()
