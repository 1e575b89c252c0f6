"""The runs that the window waits for, and what came of each since it was last told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perhaps.inference.protocol import (
    Request,
    RunEvent,
    RunFinished,
    RunProgress,
    RunStage,
    TokenStep,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class OpenRun:
    """A run that has not ended."""

    request: Request
    stage: RunStage = RunStage.queued
    writing: bool = False
    """Its first token has come."""
    stopping: bool = False
    pictures_given_again: bool = False


@dataclass
class RunBook:
    """Open runs by number, and the events that wait to be told."""

    _open: dict[int, OpenRun] = field(default_factory=dict)
    _untold: dict[int, list[RunEvent]] = field(default_factory=dict)

    def open_runs(self) -> tuple[int, ...]:
        """The runs that have not ended."""
        return tuple(self._open)

    def open(self, run_id: int, request: Request) -> None:
        """Begin to wait for a run."""
        self._open[run_id] = OpenRun(request)

    def get(self, run_id: int) -> OpenRun | None:
        """The run, unless it has ended."""
        return self._open.get(run_id)

    def waits_for(self, run_id: int, events: Iterable[RunEvent]) -> bool:
        """Tell whether events bring an open run's first token or its end."""
        run = self._open.get(run_id)
        awaited = RunFinished if run and run.writing else (TokenStep, RunFinished)
        return run is not None and any(isinstance(event, awaited) for event in events)

    def advance(self, run_id: int, events: Iterable[RunEvent]) -> bool:
        """Note events of an open run; tells whether they ended it."""
        for event in events:
            if (run := self._open.get(run_id)) is None:
                return False
            self._untold.setdefault(run_id, []).append(event)
            match event:
                case RunProgress():
                    run.stage = event.stage
                case TokenStep():
                    run.stage, run.writing = RunStage.decode, True
                case RunFinished():
                    del self._open[run_id]
                    return True
        return False

    def note(self, run_id: int, end: RunFinished) -> None:
        """Note the end of a run that never began."""
        self._untold.setdefault(run_id, []).append(end)

    def take(self) -> dict[int, tuple[RunEvent, ...]]:
        """What was not told yet, in order."""
        untold = {run_id: tuple(events) for run_id, events in self._untold.items()}
        self._untold.clear()
        return untold
