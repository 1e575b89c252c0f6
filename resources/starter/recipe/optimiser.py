"""Muon for the blocks' matrices and AdamW for the rest."""

from __future__ import annotations

import torch
from torch import nn

MUON_BOOST = 2.5  # its steps may be longer than AdamW's


class Optimiser:
    """Steps all parameters; `share` slows the vision tower down."""

    def __init__(self, model: nn.Module, vision_share: float) -> None:
        matrices = [(n, p) for n, p in model.named_parameters() if is_matrix(n, p)]
        others = [(n, p) for n, p in model.named_parameters() if not is_matrix(n, p)]
        self.muon = torch.optim.Muon(
            groups(matrices, vision_share),
            weight_decay=0.05,
            ns_steps=4,
            adjust_lr_fn="match_rms_adamw",
        )
        self.adam = torch.optim.AdamW(
            groups(others, vision_share), betas=(0.9, 0.98), weight_decay=0.0
        )

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Take one step at a rate and forget the gradients."""
        for part in (self.muon, self.adam):
            for group in part.param_groups:
                boost = MUON_BOOST if part is self.muon else 1.0
                group["lr"] = rate * group["share"] * boost
            part.step()
            part.zero_grad(set_to_none=True)


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Muon is for the hidden matrices, not for embeddings, readers or vectors."""
    return parameter.ndim == 2 and "embd" not in name and not name.startswith("labels.")


def groups(parameters: list[tuple[str, nn.Parameter]], vision_share: float) -> list[dict]:
    """Separate the vision tower's parameters from the others'."""
    vision = [p for n, p in parameters if n.startswith("vision.")]
    others = [p for n, p in parameters if not n.startswith("vision.")]
    return [{"params": vision, "share": vision_share}, {"params": others, "share": 1.0}]
