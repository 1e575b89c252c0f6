"""Means of weights: of the ranks that train, and over time."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn


@torch.no_grad()
def average_weights(model: nn.Module, steps: int, spent: float) -> float:
    """Set all ranks to the mean of their weights, each weighing its steps; agree on the time.

    Ranks that step by themselves do not wait for each other when something else runs.
    """
    if not dist.is_initialized():
        return spent
    parameters = list(model.parameters())
    flat = torch.cat([p.flatten() for p in parameters] + [torch.tensor([1.0, spent])]) * steps
    dist.all_reduce(flat)
    total = float(flat[-2])
    flat /= total
    for parameter, part in zip(
        parameters, flat[:-2].split([p.numel() for p in parameters]), strict=True
    ):
        parameter.copy_(part.view_as(parameter))
    return float(flat[-1])


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, share: float) -> None:
    """Move a running average of the weights towards the model."""
    for slow, fast in zip(average.parameters(), model.parameters(), strict=True):
        slow.lerp_(fast, 1 - share)
