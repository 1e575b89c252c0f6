"""`python -m tests.benchmarks.logprobs`: what 20 log-probabilities a token cost.

Two kinds of answer alternate in one run, so that other load on the machine meets both: with 20
candidates a token and with none. Prints the medians of each round and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from perhaps import _engine
from tests.engine.conftest import answer, load, prompt
from tests.helpers.model_maker import cached_pair

ROUNDS = 9
TOKENS = 48
WITH, WITHOUT = 20, 0


def tokens_per_second(model: _engine.Model, top_logprobs: int) -> float:
    """Give the median speed of one answer, its first tokens left out."""
    whole = answer(model, prompt("Go on."), max_tokens=TOKENS, top_logprobs=top_logprobs)
    return 1e6 / statistics.median(step.elapsed_us for step in whole.steps[4:])


def kernel_ms(vocabulary: int, kernel: str) -> float:
    """Give the median time of one row of logits, in ms."""
    row = np.random.default_rng(0).normal(0, 3, vocabulary).astype(np.float32)
    times = []
    for _ in range(51):
        start = time.perf_counter()
        _engine.measure(row, WITH, kernel)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", default="0.5b")
    model = load(cached_pair(parser.parse_args().shape)[0])
    for vocabulary in (32_000, 128_256, 151_936, 262_144):
        times = ", ".join(f"{k} {kernel_ms(vocabulary, k):.3f} ms" for k in _engine.kernels())
        print(f"one row of {vocabulary:>7} logits: {times}")
    ratios = []
    for number in range(ROUNDS):
        first, second = (WITH, WITHOUT) if number % 2 else (WITHOUT, WITH)
        speeds = {first: tokens_per_second(model, first)}
        speeds[second] = tokens_per_second(model, second)
        ratios.append(speeds[WITH] / speeds[WITHOUT])
        print(f"{speeds[WITHOUT]:7.1f} tokens/s without, {speeds[WITH]:7.1f} with {WITH}")
    print(
        f"with / without: median {statistics.median(ratios):.3f}, "
        f"{min(ratios):.3f} to {max(ratios):.3f}"
    )


if __name__ == "__main__":
    main()
