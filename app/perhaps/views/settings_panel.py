"""How answers are written from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from perhaps.state import settings as bounds
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button
from perhaps.views.preset_row import PresetRow
from perhaps.views.system_prompt_edit import SystemPromptEdit
from perhaps.views.wheel import leave_wheel_to_page

if TYPE_CHECKING:
    from perhaps.state.settings import Settings

Box = TypeVar("Box", bound=QAbstractSpinBox)


class SettingsPanel(QWidget):
    """Every change holds at once, for the next answer."""

    undo_offered = Signal(str, object)
    """See `PresetRow`."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsPanel")
        self._settings = settings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._add_controls()
        presets = PresetRow(settings)
        presets.undo_offered.connect(self.undo_offered)
        column.addWidget(presets)
        column.addLayout(self._grid)
        column.addLayout(self._system_prompt())
        column.addWidget(self._own_for_model())
        column.addWidget(self._reset_button(), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        settings.changed.connect(self._refresh)
        self._refresh()

    def _add_controls(self) -> None:
        self._temperature = self._decimal("temperature", bounds.TEMPERATURE_RANGE)
        self._top_k = self._whole("topK", bounds.TOP_K_RANGE)
        self._top_k.setSpecialValueText(self.tr("off"))
        self._top_p = self._decimal("topP", bounds.TOP_P_RANGE)
        self._min_p = self._decimal("minP", bounds.MIN_P_RANGE)
        self._fixed = named(QCheckBox(self.tr("Same seed each time")), "fixedSeed")
        self._seed = self._whole("seed", bounds.SEED_RANGE)
        self._max_tokens = self._whole("maxTokens", bounds.MAX_TOKENS_RANGE)
        self._candidates = self._whole("candidates", bounds.CANDIDATES_RANGE)
        for name, why, control in self._rows():
            self._add_row(name, why, control)
        self._connect_controls()

    def _rows(self) -> list[tuple[str, str, QWidget]]:
        return [
            (
                self.tr("Temperature"),
                self.tr("0 always takes the most likely token; more is bolder"),
                self._temperature,
            ),
            (self.tr("Top-k"), self.tr("Keep this many of the most likely tokens"), self._top_k),
            (
                self.tr("Top-p"),
                self.tr("Keep the most likely tokens up to this share"),
                self._top_p,
            ),
            (
                self.tr("Min-p"),
                self.tr("Drop tokens below this share of the most likely one"),
                self._min_p,
            ),
            (self.tr("Max tokens"), self.tr("The longest answer"), self._max_tokens),
            (
                self.tr("Candidates"),
                self.tr("Kept for each token, to look at"),
                self._candidates,
            ),
            (self.tr("Seed"), self.tr("The same seed repeats an answer"), self._seed),
            ("", "", self._fixed),
        ]

    def _connect_controls(self) -> None:
        for box in (self._temperature, self._top_k, self._top_p, self._min_p):
            box.valueChanged.connect(self._on_sampling)
        self._max_tokens.valueChanged.connect(self._on_max_tokens)
        self._candidates.valueChanged.connect(self._on_candidates)
        self._fixed.toggled.connect(self._on_seed)
        self._seed.valueChanged.connect(self._on_seed)

    def _add_row(self, name: str, why: str, control: QWidget) -> None:
        row = self._grid.rowCount()
        if not name:
            self._grid.addWidget(control, row, 0, 1, 2)
            return
        label = plain_label(name, "title")
        reason = plain_label(why, "small", wrap=True)
        control.setAccessibleName(name)
        control.setAccessibleDescription(why)
        control.setFixedWidth(104)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(control, row, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(reason, row + 1, 0)
        self._grid.setRowMinimumHeight(row + 2, 8)

    def _system_prompt(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(plain_label(self.tr("System prompt"), "title"))
        why = self.tr("What the model is told before the first question")
        column.addWidget(plain_label(why, "small", wrap=True))
        column.addWidget(SystemPromptEdit(self._settings))
        return column

    def _own_for_model(self) -> QCheckBox:
        self._own = named(QCheckBox(self.tr("For this model only")), "ownForModel")
        why = self.tr("Its settings are kept apart from those of all other models")
        self._own.setToolTip(why)
        self._own.setAccessibleDescription(why)
        self._own.toggled.connect(self._on_own)
        return self._own

    def _reset_button(self) -> QPushButton:
        button = push_button("resetSettings", self.tr("Back to the usual values"))
        button.setToolTip(self.tr("The system prompt stays as it is"))
        button.clicked.connect(self._reset)
        return button

    def _decimal(self, name: str, limits: tuple[float, float]) -> QDoubleSpinBox:
        box = named(QDoubleSpinBox(), name)
        box.setRange(*limits)
        box.setSingleStep(0.05)
        box.setDecimals(2)
        return _plain(box)

    def _whole(self, name: str, limits: tuple[int, int]) -> QSpinBox:
        box = named(QSpinBox(), name)
        box.setRange(*limits)
        return _plain(box)

    def _refresh(self) -> None:
        """Show what holds, without taking it for a wish of the person."""
        sampling, seed = self._settings.sampling, self._settings.seed
        shown: list[tuple[QSpinBox | QDoubleSpinBox, float]] = [
            (self._temperature, sampling.temperature),
            (self._top_k, sampling.top_k),
            (self._top_p, sampling.top_p),
            (self._min_p, sampling.min_p),
            (self._max_tokens, self._settings.max_tokens),
            (self._candidates, self._settings.candidates),
        ]
        if seed is not None:
            shown.append((self._seed, seed))
        for box, value in shown:
            with QSignalBlocker(box):
                box.setValue(value)  # type: ignore[arg-type]  # each box gets its own kind
        with QSignalBlocker(self._fixed):
            self._fixed.setChecked(seed is not None)
        self._seed.setEnabled(seed is not None)
        with QSignalBlocker(self._own):
            self._own.setChecked(self._settings.own_for_model)
        self._own.setEnabled(bool(self._settings.model))

    def _on_sampling(self) -> None:
        self._settings.sampling = replace(
            self._settings.sampling,
            temperature=self._temperature.value(),
            top_k=self._top_k.value(),
            top_p=self._top_p.value(),
            min_p=self._min_p.value(),
        )

    def _on_max_tokens(self, count: int) -> None:
        self._settings.max_tokens = count

    def _on_candidates(self, count: int) -> None:
        self._settings.candidates = count

    def _on_own(self, own: bool) -> None:
        undo = self._settings.undoable(lambda: setattr(self._settings, "own_for_model", own))
        if undo is not None and not own:
            self.undo_offered.emit(self.tr("What was set for this model only is gone."), undo)

    def _reset(self) -> None:
        undo = self._settings.undoable(self._settings.reset_sampling)
        if undo is not None:
            self.undo_offered.emit(self.tr("The usual values hold again."), undo)

    def _on_seed(self) -> None:
        self._settings.seed = self._seed.value() if self._fixed.isChecked() else None


def _plain(box: Box) -> Box:
    """Take a number once it is typed to its end."""
    leave_wheel_to_page(box)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setKeyboardTracking(False)
    # A picture that is dropped here belongs to the window.
    box.lineEdit().setAcceptDrops(False)
    return box
