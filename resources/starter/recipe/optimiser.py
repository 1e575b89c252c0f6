"""Muon for the blocks' matrices, shared out among the ranks, and AdamW for the rest."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn


class Optimiser:
    """Steps all parameters; `share` slows the vision tower down."""

    def __init__(self, model: nn.Module, vision_share: float) -> None:
        self.matrices = [(n, p) for n, p in model.named_parameters() if is_matrix(n, p)]
        self.matrices.sort(key=lambda item: item[1].numel())
        ranks = dist.get_world_size() if dist.is_initialized() else 1
        rank = dist.get_rank() if dist.is_initialized() else 0
        self.owned = self.matrices[rank::ranks]
        others = [(n, p) for n, p in model.named_parameters() if not is_matrix(n, p)]
        self.muon = torch.optim.Muon(
            groups(self.owned, vision_share),
            weight_decay=0.05,
            ns_steps=4,
            adjust_lr_fn="match_rms_adamw",
        )
        self.adam = torch.optim.AdamW(
            groups(others, vision_share), betas=(0.9, 0.98), weight_decay=0.0
        )

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Take one step at a rate, forget the gradients, and pass the owned matrices around."""
        for part in (self.muon, self.adam):
            for group in part.param_groups:
                group["lr"] = rate * group["share"]
            part.step()
        for _, parameter in self.matrices:
            parameter.grad = None
        self.adam.zero_grad(set_to_none=True)
        if dist.is_initialized():
            self._exchange()

    def _exchange(self) -> None:
        owned = {name for name, _ in self.owned}
        parts = [p if n in owned else torch.zeros_like(p) for n, p in self.matrices]
        flat = torch.cat([part.flatten() for part in parts])
        dist.all_reduce(flat)
        sizes = [p.numel() for _, p in self.matrices]
        for (_, parameter), values in zip(self.matrices, flat.split(sizes), strict=True):
            parameter.copy_(values.view_as(parameter))


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Muon is for the hidden matrices, not for embeddings, readers or vectors."""
    return parameter.ndim == 2 and "embd" not in name and not name.startswith("labels.")


def groups(parameters: list[tuple[str, nn.Parameter]], vision_share: float) -> list[dict]:
    """Separate the vision tower's parameters from the others'."""
    vision = [p for n, p in parameters if n.startswith("vision.")]
    others = [p for n, p in parameters if not n.startswith("vision.")]
    return [{"params": vision, "share": vision_share}, {"params": others, "share": 1.0}]
