"""Values that a scripted engine gives: answers, candidates, models, reports."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, fields
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from perhaps.inference.protocol import (
    AnswerScore,
    DevicePlacement,
    FinishReason,
    ModelInfo,
    ModelPair,
    PairReport,
    Placement,
    RunProgress,
    RunStage,
    Statistics,
    Tile,
    TileScore,
    TokenCandidate,
    TokenStep,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

VOCABULARY_SIZE = 32_000
CANDIDATES = 20


@dataclass(frozen=True)
class AnswerScript:
    """What one `generate` does."""

    steps: tuple[TokenStep, ...] = ()
    progress: tuple[RunProgress, ...] = (RunProgress(RunStage.text_prefill, 1, 1, 1.0),)
    delay: float = 0.0
    """Seconds before each token."""
    finish: FinishReason = FinishReason.eos
    refusal: Exception | None = None
    """Raised by `generate` itself."""
    error: Exception | None = None
    """Raised after the steps."""
    blocks: bool = False
    """After the steps it computes for ever, or until it is stopped."""
    ignores_stop: bool = False
    dies_of: Signals | None = None
    """Sent to its own process after the steps."""


@dataclass(frozen=True)
class ScoreScript:
    """What one `score` or `cover` does."""

    refusal: Exception | None = None
    """Raised by the call itself."""
    error: Exception | None = None
    """Raised instead of the first score."""
    delay: float = 0.0
    """Seconds before each score of a tile."""
    blocks: bool = False
    """Before the first score it computes for ever, or until it is stopped."""
    ignores_stop: bool = False
    dies_of: Signals | None = None


@dataclass(frozen=True)
class LoadScript:
    """What one `load` does."""

    deaf: float = 0.0
    """Seconds at the beginning in which it hears no wish to cancel."""
    stages: int = 4
    """Progress reports of the language model."""
    delay: float = 0.0
    """Seconds before each of them."""
    error: Exception | None = None
    ignores_cancel: bool = False
    dies_of: Signals | None = None


def answer_script(words: str, **changes: object) -> AnswerScript:
    """An answer of one token a word, each with plausible candidates."""
    pieces = [piece if i == 0 else f" {piece}" for i, piece in enumerate(words.split(" "))]
    steps = tuple(token_step(piece) for piece in pieces)
    return AnswerScript(steps=steps, **changes)  # type: ignore[arg-type]


def answer_score(text: str) -> AnswerScore:
    """A score of one token a word; the same for the same words."""
    steps = answer_script(text).steps
    return AnswerScore(text, sum(step.logprob or 0.0 for step in steps), steps)


def tile_score(tile: Tile | None, tokens: int) -> TileScore:
    """What covering a tile leaves of an answer: its first tile of the level takes 2 nats."""
    lost = 2.0 if tile is not None and tile.row == tile.column == 0 else 0.0
    return TileScore(tile, tuple(-0.1 - lost for _ in range(tokens)))


def token_step(piece: str, *, rank: int = 1, candidates: int = CANDIDATES) -> TokenStep:
    """A token whose candidates and rest sum to 1; the same for the same piece."""
    chance = random.Random(piece)
    sharpness = chance.uniform(0.3, 4.0)
    shares = [math.exp(-sharpness * i) + 1e-6 for i in range(candidates)]
    rest = chance.uniform(0.001, 0.05)
    scale = (1 - rest) / sum(shares)
    probabilities = [share * scale for share in shares]
    listed = tuple(
        _candidate(piece if i == rank - 1 else f"{piece}~{i}", p, max(probabilities))
        for i, p in enumerate(probabilities)
    )
    return TokenStep(
        id=listed[rank - 1].id,
        bytes=piece.encode(),
        text=piece,
        logprob=listed[rank - 1].logprob,
        rank=rank,
        entropy=_entropy(probabilities, rest),
        candidates=listed,
        rest=rest,
        elapsed_us=5_000,
    )


def _candidate(piece: str, probability: float, largest: float) -> TokenCandidate:
    token = random.Random(piece).randrange(VOCABULARY_SIZE)
    kept = probability if probability >= 0.05 * largest else 0.0
    return TokenCandidate(token, piece.encode(), math.log(probability), kept)


def _entropy(probabilities: Sequence[float], rest: float) -> float:
    unlisted = rest / (VOCABULARY_SIZE - len(probabilities))
    return -sum(p * math.log(p) for p in probabilities) - rest * math.log(unlisted)


def good_report(device: str = "auto") -> PairReport:
    """A report that a pair is fine."""
    return PairReport(
        ok=True,
        summary="The model and the projector belong together.",
        problems=(),
        notes=(),
        model=None,
        projector=None,
        memory_needed=2**30,
        memory_free=8 * 2**30,
        device=device,
    )


def model_info(pair: ModelPair, *, sees: bool = True) -> ModelInfo:
    """A small model on the CPU."""
    language = DevicePlacement("CPU", "CPU", on_device=8, total=8, unit="layers")
    vision = DevicePlacement("CPU", "CPU", on_device=40, total=40, unit="operations")
    return ModelInfo(
        name=Path(pair.model).stem,
        pair=pair,
        architecture="llama",
        parameters=15_000_000,
        size_bytes=30_000_000,
        context_size=4096,
        trained_context=4096,
        vocabulary_size=VOCABULARY_SIZE,
        sees=sees,
        template="model",
        placement=Placement(language, vision if sees else None),
        load_ms=120.0,
    )


def statistics(**changes: int | float | str) -> Statistics:
    """What an engine did that has just begun."""
    nothing = {
        field.name: "" if field.name == "disk_problem" else 0 for field in fields(Statistics)
    }
    return Statistics(**(nothing | changes))
