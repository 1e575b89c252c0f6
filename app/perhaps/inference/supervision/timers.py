"""Named deadlines of a plain loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

Action = Callable[[], None]


class Timers:
    """What to do when, each under a name of which there is one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: dict[Hashable, tuple[float, Action]] = {}

    def now(self) -> float:
        """Seconds on the clock of the deadlines."""
        return self._clock()

    def __contains__(self, name: Hashable) -> bool:
        return name in self._due

    def set(self, name: Hashable, seconds: float, action: Action) -> None:
        """Run the action in that time, instead of an earlier one of that name."""
        self._due[name] = (self._clock() + seconds, action)

    def clear(self, name: Hashable) -> bool:
        """Forget a deadline; tells whether it was set."""
        return self._due.pop(name, None) is not None

    def clear_all(self) -> None:
        """Forget every deadline."""
        self._due.clear()

    def remaining(self) -> float | None:
        """Seconds until the next deadline; None where there is none."""
        if not self._due:
            return None
        return max(0.0, min(when for when, _ in self._due.values()) - self._clock())

    def run_due(self) -> None:
        """Run what is due, the earliest first; an action may set and clear others."""
        now = self._clock()
        for name, (when, action) in sorted(self._due.items(), key=lambda item: item[1][0]):
            if when <= now and self._due.get(name) == (when, action):
                del self._due[name]
                action()
