"""What the person set, kept from run to run."""

from __future__ import annotations

import math
from typing import TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

from perhaps.inference.protocol import MAX_TOP_LOGPROBS, SamplingOptions

Number = TypeVar("Number", int, float)

DEFAULT_MAX_TOKENS = 512
DEFAULT_CANDIDATES = 20
MAX_TOKENS_RANGE = (1, 32768)
ANSWERS_RANGE = (1, 8)
CANDIDATES_RANGE = (1, MAX_TOP_LOGPROBS)
TEMPERATURE_RANGE = (0.0, 2.0)
TOP_K_RANGE = (0, 1000)
TOP_P_RANGE = (0.01, 1.0)
"""A share of nothing would leave no token."""
MIN_P_RANGE = (0.0, 1.0)
SEED_RANGE = (0, 2**31 - 1)
THEME_CHOICES = ("system", "light", "dark")


class Settings(QObject):
    """Observable settings on top of QSettings; values out of range are bounded."""

    changed = Signal()

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store

    @property
    def sampling(self) -> SamplingOptions:
        """How a token is chosen."""
        usual = SamplingOptions()
        return SamplingOptions(
            temperature=self._number("temperature", usual.temperature, TEMPERATURE_RANGE),
            top_k=self._number("top_k", usual.top_k, TOP_K_RANGE),
            top_p=self._number("top_p", usual.top_p, TOP_P_RANGE),
            min_p=self._number("min_p", usual.min_p, MIN_P_RANGE),
        )

    @sampling.setter
    def sampling(self, options: SamplingOptions) -> None:
        for name in ("temperature", "top_k", "top_p", "min_p"):
            self.store.setValue(f"sampling/{name}", getattr(options, name))
        self.changed.emit()

    @property
    def max_tokens(self) -> int:
        """The longest answer."""
        return self._number("max_tokens", DEFAULT_MAX_TOKENS, MAX_TOKENS_RANGE)

    @max_tokens.setter
    def max_tokens(self, count: int) -> None:
        self._keep("sampling/max_tokens", count)

    @property
    def answers(self) -> int:
        """How many answers a question gets at once."""
        return self._number("answers", 1, ANSWERS_RANGE)

    @answers.setter
    def answers(self, count: int) -> None:
        self._keep("sampling/answers", count)

    @property
    def candidates(self) -> int:
        """How many candidates each token is shown with."""
        return self._number("candidates", DEFAULT_CANDIDATES, CANDIDATES_RANGE)

    @candidates.setter
    def candidates(self, count: int) -> None:
        self._keep("sampling/candidates", count)

    @property
    def seed(self) -> int | None:
        """None for a new one each time."""
        seed = self._number("seed", -1, (-1, SEED_RANGE[1]))
        return None if seed < 0 else seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        self._keep("sampling/seed", -1 if seed is None else seed)

    @property
    def theme(self) -> str:
        """One of `THEME_CHOICES`."""
        choice = str(self.store.value("window/theme", "system"))
        return choice if choice in THEME_CHOICES else "system"

    @theme.setter
    def theme(self, choice: str) -> None:
        self._keep("window/theme", choice)

    @property
    def formatted(self) -> bool:
        """Whether finished answers are shown formatted rather than as tokens."""
        return str(self.store.value("window/formatted", "true")).lower() == "true"

    @formatted.setter
    def formatted(self, formatted: bool) -> None:
        self._keep("window/formatted", formatted)

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that were last compared; empty for the usual ones."""
        return tuple(str(self.store.value("choices", "")).splitlines())

    @choices.setter
    def choices(self, choices: tuple[str, ...]) -> None:
        self._keep("choices", "\n".join(choices))

    def reset_sampling(self) -> None:
        """Go back to the usual values."""
        self.store.remove("sampling")
        self.changed.emit()

    def _keep(self, key: str, value: object) -> None:
        self.store.setValue(key, value)
        self.changed.emit()

    def _number(self, name: str, usual: Number, bounds: tuple[Number, Number]) -> Number:
        """Read a number; files edited by hand may hold anything."""
        raw = self.store.value(f"sampling/{name}", usual)
        try:
            value = type(usual)(str(raw))
        except ValueError:
            return usual
        if math.isnan(value):
            return usual
        low, high = bounds
        return min(max(value, low), high)
