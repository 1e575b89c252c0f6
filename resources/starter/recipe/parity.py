"""Compare PyTorch with llama.cpp: `python -m recipe.parity CHECKPOINT --questions N`."""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import torch
from gguf import GGMLQuantizationType as Quantization

from recipe.answering import Answer, Said, open_model
from recipe.asking import ask
from recipe.casts import random_scene
from recipe.chats import Row, batch_rows, branch_mask, shared_tokenizer
from recipe.export import export
from recipe.held_out import HELD_OUT_SEED
from recipe.model import StarterModel, load_model
from recipe.renderer import letterbox, render
from recipe.tokenizer import ASSISTANT, BEGIN, END, USER, encode

if TYPE_CHECKING:
    from PIL import Image

LONGEST_ANSWER = 60
COMPARED = 5  # of the first token's most likely candidates


@torch.no_grad()
def answer_with_torch(model: StarterModel, question: str, picture: Image.Image) -> Said:
    """Answer greedily in float32, reading everything anew for each token."""
    pixels = torch.from_numpy(letterbox(picture).copy())[None]
    image_tokens = model.project(model.vision(pixels))
    row = Row()
    row.add([BEGIN, USER])
    row.add_picture(0)
    row.add([*encode(shared_tokenizer(), question), ASSISTANT])
    written: list[int] = []
    first: list[tuple[int, float]] = []
    while len(written) < LONGEST_ANSWER:
        scores = next_scores(model, row, image_tokens)
        first = first or list(enumerate(scores.tolist()))
        token = int(scores.argmax())
        if token == END:
            break
        written.append(token)
        row.add([token])
    return Said(shared_tokenizer().decode(written), first=tuple(first))


def next_scores(model: StarterModel, row: Row, image_tokens: torch.Tensor) -> torch.Tensor:
    """Log-probabilities of the token after a row."""
    batch = batch_rows([row])
    x = model.embed(batch["tokens"], batch["slots"], image_tokens)
    hidden = model.decode(x, batch["positions"], branch_mask(batch["branches"]))
    return model.logits(hidden[0, -1]).log_softmax(-1)


def differences(ours: Said, theirs: Said) -> list[float]:
    """How far the likeliest first tokens' log-probabilities lie apart."""
    known = dict(ours.first)
    return [abs(known[token] - logprob) for token, logprob in theirs.first[:COMPARED]]


def compare(model: StarterModel, answer: Answer, count: int) -> tuple[float, float]:
    """The share of equal answers, and the largest difference of a log-probability."""
    rng, equal, largest = Random(HELD_OUT_SEED + 99), 0, 0.0
    for _ in range(count):
        scene = random_scene(rng)
        question, picture = ask(rng, scene).text, render(scene, rng)
        ours, theirs = answer_with_torch(model, question, picture), answer(question, picture)
        equal += ours.text == theirs.text
        largest = max(largest, *differences(ours, theirs))
    return equal / count, largest


def main() -> None:
    """Export the averaged weights in each type and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--questions", type=int, default=260)
    options = parser.parse_args()
    state = torch.load(options.checkpoint, weights_only=True, map_location="cpu")
    model = load_model(state["average"]).eval()
    for kind in (Quantization.F16, Quantization.Q8_0):
        with TemporaryDirectory() as folder:
            export(model, Path(folder), kind)
            files = Path(folder, "starter.gguf"), Path(folder, "starter-mmproj.gguf")
            equal, largest = compare(model, open_model(*files, threads=1), options.questions)
        print(f"{kind.name}: same answers {equal:.3f}, largest difference {largest:.4f}")


if __name__ == "__main__":
    main()
