"""How the harnesses tell what they measured, and keep what failed."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.reliability.watch import Watch

KEPT = Path(__file__).parents[2] / "build" / "reliability"


def arguments_of(doc: str | None, trials: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=trials)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--shape", default="tiny", help="of the test model: tiny, 0.5b, 1b, 7b")
    return parser


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed; nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(quantile(seconds, share) * 1000, 1) for name, share in shares.items()}


def load_note() -> str:
    """How noisy the times are."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def keep_failure(harness: str, facts: dict[str, Any], watch: Watch, error: str) -> Path:
    """Write down what failed, and what was heard until then."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{harness}-{facts['seed']}-{facts['trial']}.json"
    heard = [(round(each.at, 3), each.name, repr(each.arguments)) for each in watch.heard[-200:]]
    path.write_text(json.dumps({**facts, "error": error, "heard": heard}, indent=1))
    return path


def finish(harness: str, seed: int, numbers: dict[str, Any], failures: Iterable[str]) -> int:
    """Print the verdict and one line of JSON; gives the exit status."""
    failures = list(failures)
    for failure in failures:
        say(f"FAILED {failure}")
    verdict = "FAIL" if failures else "PASS"
    facts = {"harness": harness, "seed": seed, "verdict": verdict, **numbers}
    say(json.dumps({**facts, "noise": load_note()}))
    say(f"{verdict}: {len(failures)} broken promises ({load_note()})")
    return 1 if failures else 0
