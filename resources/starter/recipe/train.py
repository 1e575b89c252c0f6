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

import torch
import torch.distributed as dist
from torch import Tensor, nn

from recipe.averaging import average_weights, follow
from recipe.batches import Batch, Batches, mix_of, on_device, stream
from recipe.kinds import CATEGORIES
from recipe.labels import PATCH_LABELS
from recipe.losses import answer_loss, word_loss
from recipe.model import SIZES, StarterModel, load_model
from recipe.optimiser import Optimiser

if TYPE_CHECKING:
    from collections.abc import Iterator

AVERAGING = 0.9  # of the running average, at each meeting
MEETING_SECONDS = 10.0
LONGEST_STEP = 4.0  # seconds; a longer one was interrupted, and the rest is not counted as spent
SAVE_SECONDS = 60.0
EASY_SHARE = 0.3  # of the vision stage, on few large items


@dataclass(frozen=True)
class Stage:
    """One part of the training and its settings."""

    name: str
    share: float  # of --minutes
    batch: int  # pictures of one rank in one step
    peak_rate: float
    vision_share: float  # of the rate, for the vision tower
    label_weight: float
    word_weight: float


STAGES = {
    "vision": Stage("vision", 0.5, 32, 2e-3, 1.0, 1.0, 0.15),
    "joint": Stage("joint", 0.5, 16, 3e-3, 0.35, 0.25, 0.03),
}


class Trainer:
    """One rank of the training of one stage: model, optimiser, clock and log."""

    def __init__(self, options: argparse.Namespace, stage: Stage, rank: int) -> None:
        torch.manual_seed(options.seed)
        self.options, self.stage, self.rank = options, stage, rank
        self.budget = 60 * options.minutes * (stage.share if options.stage == "both" else 1.0)
        self.path = options.out / f"{stage.name}.pt"
        self.device = torch.device(options.device)
        self.model = self.starting_model().to(self.device)
        self.average = load_model(self.model.checkpoint()).to(self.device)
        self.optimiser = Optimiser(self.model, stage.vision_share)
        self.spent, self.step = 0.0, 0
        self.resume()
        self.recent: dict[str, float] = {}
        self.easy = stage.name == "vision" and options.start is None and self.is_early()
        self.batches = self.open_batches()

    def starting_model(self) -> StarterModel:
        """Start from nothing, from `--start`, or from what the vision stage left."""
        before = self.options.out / "vision.pt"
        if self.stage.name == "vision" or not before.exists():
            before = self.options.start
        if before is None:
            return StarterModel(SIZES[self.options.size])
        return load_model(torch.load(before, weights_only=True, map_location="cpu")["model"])

    def is_early(self) -> bool:
        """Tell whether it is still the time of the easy pictures."""
        return self.spent < EASY_SHARE * self.budget

    def open_batches(self) -> Iterator[Batch]:
        """Start the stream of batches of this stage, easy ones at first."""
        batches = Batches(
            self.options.pictures,
            self.stage.batch * self.options.batch_scale,
            [self.options.seed, self.rank, self.step],
            mix_of(self.options.focus),
            tuple(self.options.focus),
            easy=self.easy,
            chats=self.stage.name == "joint",
        )
        return stream(batches, self.options.workers)

    def resume(self) -> None:
        """Go on from this stage's own checkpoint if there is one (Muon's momentum starts anew)."""
        if self.path.exists():
            state = torch.load(self.path, weights_only=True, map_location=self.device)
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
            self.spent, clock = self.spent + min(now - clock, LONGEST_STEP), now
            if now - last_meeting < MEETING_SECONDS and self.spent < self.budget:
                continue
            self.spent = average_weights(self.model, steps, self.spent)
            last_meeting, clock, steps = time.monotonic(), time.monotonic(), 0
            if self.rank == 0:
                follow(self.average, self.model, AVERAGING)
                self.log()
                if self.spent - last_save > SAVE_SECONDS or self.spent >= self.budget:
                    self.save()
                    last_save = self.spent
            if self.easy and not self.is_early():
                self.easy, self.batches = False, self.open_batches()

    def one_step(self) -> dict[str, Tensor]:
        """Draw a batch, take one optimiser step, and return the losses."""
        rate = self.stage.peak_rate * schedule(self.spent / self.budget, self.step)
        batch = on_device(next(self.batches), self.device)
        with torch.autocast(self.device.type, torch.bfloat16):
            losses = self.losses(batch)
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step(rate * self.options.rate)
        return losses

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of one batch of this stage."""
        features = self.model.vision(batch["pixels"])
        image_tokens = self.model.project(features)
        losses = self.model.labels(features, batch["labels"])
        label_loss = sum(losses[name] for name in ("cover", *PATCH_LABELS)) + 3 * losses["kind"]
        losses["words"] = word_loss(self.model, image_tokens, batch["labels"])
        loss = self.stage.label_weight * label_loss + self.stage.word_weight * losses["words"]
        if self.stage.name == "joint":
            losses |= answer_loss(self.model, image_tokens, batch["chats"])
            loss = loss + losses["answer"]
        return {**losses, "loss": loss}

    def remember(self, losses: dict[str, Tensor]) -> None:
        """Keep a running mean of every loss for the log."""
        if self.device.type == "cuda" and self.step % 20:
            return  # reading a value waits for the GPU
        for name, value in losses.items():
            value = value.item()
            if not math.isnan(value):
                self.recent[name] = 0.97 * self.recent.get(name, value) + 0.03 * value

    def log(self) -> None:
        """Append a row to the stage's curve."""
        row = {
            "step": self.step,
            "seconds": round(self.spent, 1),
            "pictures": self.step * self.stage.batch * self.options.batch_scale,
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
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--ranks", type=int, help="processes that train; 2 on the CPU, 1 on cuda")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, help="processes that make batches")
    parser.add_argument("--batch-scale", type=int, default=1, help="multiplies the batches")
    parser.add_argument("--size", choices=tuple(SIZES), default="small")
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies the learning rates")
    parser.add_argument("--focus", nargs="+", choices=CATEGORIES, default=CATEGORIES)
    parser.add_argument("--start", type=Path, help="a checkpoint to begin with")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    on_gpu = options.device == "cuda"
    options.ranks = options.ranks or (1 if on_gpu else 2)
    if options.workers is None:
        options.workers = max(1, (os.cpu_count() or 2) - 2) if on_gpu else 0
    if options.ranks == 1:
        train_rank(0, options)
    else:
        torch.multiprocessing.spawn(train_rank, (options,), nprocs=options.ranks)


if __name__ == "__main__":
    main()
