"""Train the starter model: `python -m recipe.train --minutes N --pictures DIR --out DIR`."""

from __future__ import annotations

import argparse
import csv
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from recipe.chats import answer_loss
from recipe.model import PATCH_LABELS, Shapes, StarterModel, load_model
from recipe.optimiser import Optimiser
from recipe.picture_store import PictureStore

if TYPE_CHECKING:
    from recipe.scenes import Scene

AVERAGING = 0.9  # of the running average, at each meeting
MEETING_SECONDS = 10.0
EASY_SHARE = 0.3  # of the vision stage, on large single shapes


@dataclass(frozen=True)
class Stage:
    """One part of the training and its settings."""

    name: str
    share: float  # of --minutes
    batch: int  # pictures of one rank in one step
    chats: int  # of them, the pictures that are talked about
    peak_rate: float
    vision_share: float  # of the rate, for the vision tower


STAGES = {
    "vision": Stage("vision", 0.25, 24, 0, 2e-3, 1.0),
    "joint": Stage("joint", 0.75, 16, 12, 3e-3, 0.35),
}


class Trainer:
    """One rank of the training of one stage: model, optimiser, clock and log."""

    def __init__(self, options: argparse.Namespace, stage: Stage, rank: int) -> None:
        torch.manual_seed(options.seed)
        self.options, self.stage, self.rank = options, stage, rank
        self.budget = 60 * options.minutes * (stage.share if options.stage == "both" else 1.0)
        self.path = options.out / f"{stage.name}.pt"
        self.model = self.starting_model()
        self.average = load_model(self.model.checkpoint())
        self.optimiser = Optimiser(self.model, stage.vision_share)
        self.spent, self.step = 0.0, 0
        self.resume()
        if options.freeze_vision:
            self.model.vision.load_state_dict(self.average.vision.state_dict())
            self.model.vision.requires_grad_(False)
        self.recent: dict[str, float] = {}
        self.numbers = np.random.default_rng([options.seed, rank, self.step])
        self.store = PictureStore(options.pictures)

    def starting_model(self) -> StarterModel:
        """Start from nothing, or from what the vision stage left."""
        before = self.options.out / "vision.pt"
        if self.stage.name == "joint" and before.exists():
            return load_model(torch.load(before, weights_only=True)["model"])
        return StarterModel(Shapes())

    def resume(self) -> None:
        """Go on from this stage's own checkpoint if there is one (Muon's momentum starts anew)."""
        if self.path.exists():
            state = torch.load(self.path, weights_only=True)
            self.model.load_state_dict(state["model"]["weights"])
            self.average.load_state_dict(state["average"]["weights"])
            self.optimiser.adam.load_state_dict(state["adam"])
            self.spent, self.step = state["spent"], state["step"]

    def save(self) -> None:
        """Write the checkpoint in one rename, so that a kill never leaves half of one."""
        unfinished = self.path.with_suffix(".part")
        torch.save(
            {
                "model": self.model.checkpoint(), "average": self.average.checkpoint(),
                "adam": self.optimiser.adam.state_dict(), "spent": self.spent, "step": self.step,
            },
            unfinished,
        )  # fmt: skip
        unfinished.rename(self.path)

    def run(self) -> None:
        """Step until the stage's time is spent; the ranks meet every few seconds."""
        clock, last_meeting, last_save, steps = time.monotonic(), time.monotonic(), 0.0, 0
        while self.spent < self.budget:
            self.remember(self.one_step())
            self.step, steps, now = self.step + 1, steps + 1, time.monotonic()
            self.spent, clock = self.spent + now - clock, now
            if now - last_meeting < MEETING_SECONDS and self.spent < self.budget:
                continue
            self.spent = average_weights(self.model, steps, self.spent)
            last_meeting, steps = time.monotonic(), 0
            if self.rank == 0:
                follow(self.average, self.model, AVERAGING)
                self.log()
                if self.spent - last_save > 60 or self.spent >= self.budget:
                    self.save()
                    last_save = self.spent
            self.store.refresh()

    def one_step(self) -> dict[str, Tensor]:
        """Draw a batch, take one optimiser step, and return the losses."""
        rate = self.stage.peak_rate * schedule(self.spent / self.budget, self.step)
        with torch.autocast("cpu", torch.bfloat16):
            losses = self.losses()
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step(rate)
        return losses

    def losses(self) -> dict[str, Tensor]:
        """The losses of one batch of this stage."""
        easy = self.stage.name == "vision" and self.spent < EASY_SHARE * self.budget
        pixels, labels, scenes = self.store.draw(self.stage.batch, self.numbers, easy=easy)
        if self.options.freeze_vision:
            return self.answer_losses(pixels, labels, scenes)
        features = self.model.vision(pixels)
        losses = self.model.labels(features, labels)
        label_loss = sum(losses[name] for name in ("cover", *PATCH_LABELS)) + 3 * losses["kind"]
        if self.stage.name == "vision":
            return {**losses, "loss": label_loss}
        answers = self.answer_losses(features, labels, scenes)
        return {**losses, **answers, "loss": answers["loss"] + 0.25 * label_loss}

    def answer_losses(
        self, seen: Tensor, labels: dict[str, Tensor], scenes: list[Scene]
    ) -> dict[str, Tensor]:
        """Talk about some pictures of a batch; `seen` is pixels where the vision is frozen."""
        talked = sorted(range(len(scenes)), key=lambda n: len(scenes[n].shapes) < 2)
        talked = talked[: self.stage.chats]  # with several shapes, if there are enough
        features = self.model.vision(seen[talked]) if seen.ndim == 4 else seen[talked]
        answers = answer_loss(
            self.model,
            features,
            [scenes[n] for n in talked],
            {name: labels[name][talked] for name in ("kind", "colour")},
            self.numbers,
        )
        return {**answers, "loss": answers["answer"] + 0.03 * answers["words"]}

    def remember(self, losses: dict[str, Tensor]) -> None:
        """Keep a running mean of every loss for the log."""
        for name, value in losses.items():
            value = value.item()
            if not math.isnan(value):
                self.recent[name] = 0.97 * self.recent.get(name, value) + 0.03 * value

    def log(self) -> None:
        """Append a row to the stage's curve."""
        row = {
            "step": self.step,
            "seconds": round(self.spent, 1),
            "pictures": len(self.store.scenes),
        }
        row |= {name: round(value, 4) for name, value in self.recent.items()}
        path = self.options.out / f"{self.stage.name}.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def schedule(progress: float, step: int) -> float:
    """Warm up over 100 steps, then fall to zero in a line."""
    return min(1.0, (step + 1) / 100) * max(0.0, 1.0 - progress)


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


def train_rank(rank: int, options: argparse.Namespace) -> None:
    """Train as one of several single-threaded processes."""
    torch.set_num_threads(options.threads)
    if options.ranks > 1:
        meeting = f"file://{options.out.resolve()}/meeting-{os.getppid()}"
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=options.ranks)
    names = STAGES if options.stage == "both" else (options.stage,)
    for name in names:
        Trainer(options, STAGES[name], rank).run()
        if options.ranks > 1:
            dist.barrier()


def main() -> None:
    """Parse the options and start the ranks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stage", choices=("both", *STAGES), default="both")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--freeze-vision", action="store_true", help="train the decoder alone")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.ranks == 1:
        train_rank(0, options)
    else:
        torch.multiprocessing.spawn(train_rank, (options,), nprocs=options.ranks)


if __name__ == "__main__":
    main()
