"""How the window hears of the engine host, and how long it waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from perhaps.inference.protocol import (
    AnswerScore,
    DeviceInfo,
    Failure,
    LoadProgress,
    ModelInfo,
    PairReport,
    Picture,
    RunEvent,
    Statistics,
    TileScore,
)


@dataclass(frozen=True)
class Deadlines:
    """Seconds that things may take."""

    start: float = 30.0
    """Until a new host listens."""
    quiet: float = 2.0
    """Without a word before it is asked for a sign of life."""
    pong: float = 8.0
    """Until it gives one."""
    stop: float = 2.0
    """Until a run ends that was asked to."""
    cancel_load: float = 2.0
    """Until a loading ends that was asked to."""
    unload: float = 10.0
    """Until the model's memory is given back."""
    crash_loop: float = 60.0
    """Two losses within, without an answer between them, are one too many."""
    shut_down: float = 1.0
    """Until the host ends when the window closes."""
    tell: float = 1 / 60
    """Between two reports of runs; a first token and an end wait for nothing."""


@dataclass(frozen=True)
class Reports:
    """Whom to tell what; called from the thread that drives the supervisor."""

    host_started: Callable[[], None]
    host_lost: Callable[[Failure], None]
    load_progressed: Callable[[LoadProgress], None]
    model_loaded: Callable[[ModelInfo], None]
    load_failed: Callable[[Failure], None]
    model_unloaded: Callable[[], None]
    pair_checked: Callable[[PairReport], None]
    picture_read: Callable[[int, Picture], None]
    picture_refused: Callable[[int, Failure], None]
    run_advanced: Callable[[int, tuple[RunEvent, ...]], None]
    statistics_told: Callable[[Statistics], None]
    scored: Callable[[int, tuple[AnswerScore, ...]], None]
    tile_scored: Callable[[int, TileScore], None]
    score_failed: Callable[[int, Failure], None]
    devices_listed: Callable[[tuple[DeviceInfo, ...]], None]
