"""What the person set, kept from run to run: the only file that reads and writes it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

from perhaps.inference.protocol import MAX_TOP_LOGPROBS, SamplingOptions
from perhaps.probability.doubt import Tint
from perhaps.state.presets import Preset, read_presets, write_presets

if TYPE_CHECKING:
    from collections.abc import Callable

Number = TypeVar("Number", int, float)
Entry = TypeVar("Entry")
_Snapshot = tuple[dict[str, str], dict[str, Preset]]
"""What the store holds of how answers are written, by key, and the presets by name."""

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
LONGEST_SYSTEM_PROMPT = 20_000
"""Characters."""
SAMPLING_KEYS = ("temperature", "top_k", "top_p", "min_p")
THEME_CHOICES = ("system", "light", "dark")


class Settings(QObject):
    """Observable settings on top of QSettings; values out of range are bounded.

    How answers are written holds for all models, or for the loaded one alone where the person
    wants that (`own_for_model`).
    """

    changed = Signal()

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._model = ""

    @property
    def model(self) -> str:
        """The name of the loaded model; empty while there is none."""
        return self._model

    @model.setter
    def model(self, name: str) -> None:
        if name != self._model:
            self._model = name
            self.changed.emit()

    @property
    def own_for_model(self) -> bool:
        """Whether the loaded model has settings of its own."""
        return bool(self._model) and self.store.value(f"{self._own_group}/model") is not None

    @own_for_model.setter
    def own_for_model(self, own: bool) -> None:
        """Begin them with what holds now, or go back to those of all models."""
        if not self._model or own == self.own_for_model:
            return
        if own:
            for key in self._keys("sampling"):
                self.store.setValue(f"{self._own_group}/{key}", self.store.value(f"sampling/{key}"))
            self.store.setValue(f"{self._own_group}/model", self._model)
        else:
            self.store.remove(self._own_group)
        self.changed.emit()

    @property
    def system_prompt(self) -> str:
        """What the model is told before the first question; empty for nothing."""
        return str(self.store.value(f"{self._group}/system_prompt", ""))[:LONGEST_SYSTEM_PROMPT]

    @system_prompt.setter
    def system_prompt(self, text: str) -> None:
        self._keep("system_prompt", text[:LONGEST_SYSTEM_PROMPT])

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Named settings, by name."""
        return read_presets(str(self.store.value("presets", "")))

    def preset(self, name: str) -> Preset:
        """Give what holds now under a name."""
        sampling = {key: getattr(self.sampling, key) for key in SAMPLING_KEYS}
        return Preset(
            name, max_tokens=self.max_tokens, system_prompt=self.system_prompt, **sampling
        )

    def keep_preset(self, name: str) -> None:
        """Keep what holds now under a name, in place of the one that has it."""
        others = [preset for preset in self.presets if preset.name != name]
        self._write_presets([*others, self.preset(name)])

    def forget_preset(self, name: str) -> None:
        """Drop a preset; what holds stays."""
        self._write_presets([preset for preset in self.presets if preset.name != name])

    def apply_preset(self, preset: Preset) -> None:
        """Let the values of a preset hold, each within its bounds."""
        values = asdict(preset)
        del values["name"]
        for key, value in values.items():
            self.store.setValue(f"{self._group}/{key}", value)
        self.changed.emit()

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
        for name in SAMPLING_KEYS:
            self.store.setValue(f"{self._group}/{name}", getattr(options, name))
        self.changed.emit()

    @property
    def max_tokens(self) -> int:
        """The longest answer."""
        return self._number("max_tokens", DEFAULT_MAX_TOKENS, MAX_TOKENS_RANGE)

    @max_tokens.setter
    def max_tokens(self, count: int) -> None:
        self._keep("max_tokens", count)

    @property
    def answers(self) -> int:
        """How many answers a question gets at once."""
        return self._number("answers", 1, ANSWERS_RANGE)

    @answers.setter
    def answers(self, count: int) -> None:
        self._keep("answers", count)

    @property
    def candidates(self) -> int:
        """How many candidates each token is shown with."""
        return self._number("candidates", DEFAULT_CANDIDATES, CANDIDATES_RANGE)

    @candidates.setter
    def candidates(self, count: int) -> None:
        self._keep("candidates", count)

    @property
    def seed(self) -> int | None:
        """None for a new one each time."""
        seed = self._number("seed", -1, (-1, SEED_RANGE[1]))
        return None if seed < 0 else seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        self._keep("seed", -1 if seed is None else seed)

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
        self.store.setValue("choices", "\n".join(choices))
        self.changed.emit()

    @property
    def tint(self) -> Tint:
        """What the tint of a token tells."""
        choice = str(self.store.value("window/tint", Tint.probability.value))
        return Tint(choice) if choice in set(Tint) else Tint.probability

    @tint.setter
    def tint(self, tint: Tint) -> None:
        self._keep("window/tint", tint.value)

    @property
    def exact_tokens(self) -> bool:
        """Whether tokens show one by one."""
        return str(self.store.value("window/exact_tokens", "false")).lower() == "true"

    @exact_tokens.setter
    def exact_tokens(self, exact: bool) -> None:
        self._keep("window/exact_tokens", exact)

    def reset_sampling(self) -> None:
        """Go back to the usual values; what the model is told stays."""
        group = self._group
        for key in self._keys(group):
            if key not in ("model", "system_prompt"):
                self.store.remove(f"{group}/{key}")
        self.changed.emit()

    def undoable(self, change: Callable[[], object]) -> Callable[[], None] | None:
        """Make a change; gives what takes it back, or None where it changed nothing.

        What was set otherwise since then stays as it was set.
        """
        before = self._snapshot()
        change()
        after = self._snapshot()
        return None if before == after else lambda: self._take_back(before, after)

    @property
    def _own_group(self) -> str:
        """A name of a model may hold anything, and a key of the store may not."""
        digest = hashlib.sha256(self._model.encode("utf-8", "replace")).hexdigest()
        return f"models/{digest[:16]}"

    @property
    def _group(self) -> str:
        return self._own_group if self.own_for_model else "sampling"

    def _keep(self, key: str, value: object) -> None:
        """Write a setting of answers, or one with a group of its own."""
        self.store.setValue(key if "/" in key else f"{self._group}/{key}", value)
        self.changed.emit()

    def _keys(self, group: str) -> list[str]:
        return [key.removeprefix(f"{group}/") for key in self._stored(f"{group}/")]

    def _stored(self, *groups: str) -> list[str]:
        return [key for key in self.store.allKeys() if key.startswith(groups)]

    def _snapshot(self) -> _Snapshot:
        values = {key: str(self.store.value(key)) for key in self._stored("sampling/", "models/")}
        return values, {preset.name: preset for preset in self.presets}

    def _take_back(self, before: _Snapshot, after: _Snapshot) -> None:
        now = self._snapshot()
        values = _merged(now[0], before[0], after[0])
        for key in now[0].keys() - values.keys():
            self.store.remove(key)
        for key, value in values.items():
            self.store.setValue(key, value)
        if before[1] != after[1]:
            self._write_presets(list(_merged(now[1], before[1], after[1]).values()))
        self.changed.emit()

    def _write_presets(self, presets: list[Preset]) -> None:
        self.store.setValue("presets", write_presets(presets))
        self.changed.emit()

    def _number(self, name: str, usual: Number, bounds: tuple[Number, Number]) -> Number:
        """Read a number; files edited by hand may hold anything."""
        raw = self.store.value(f"{self._group}/{name}", usual)
        try:
            value = type(usual)(str(raw))
        except ValueError:
            return usual
        if math.isnan(value):
            return usual
        low, high = bounds
        return min(max(value, low), high)


def _merged(
    now: dict[str, Entry], before: dict[str, Entry], after: dict[str, Entry]
) -> dict[str, Entry]:
    """Take the step from `before` to `after` back, in the entries that are still as after it."""
    merged = dict(now)
    for key in before.keys() | after.keys():
        if now.get(key) == after.get(key):
            merged.pop(key, None)
            if key in before:
                merged[key] = before[key]
    return merged
