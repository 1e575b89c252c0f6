"""Named settings: choose, keep under a name, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QSizePolicy, QWidget

from perhaps.state.presets import LONGEST_NAME
from perhaps.views.labels import one_line
from perhaps.views.named import named, push_button
from perhaps.views.wheel import leave_wheel_to_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.state.settings import Settings


class PresetRow(QWidget):
    """Shows the name of the preset whose values hold, where there is one."""

    undo_offered = Signal(str, object)
    """`(str, Callable[[], None])`: what was done, and what takes it back."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presetRow")
        self._settings = settings
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._choice = named(QComboBox(), "preset")
        self._choice.setAccessibleName(self.tr("Preset"))
        self._choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._choice.setMinimumContentsLength(8)
        self._choice.textActivated.connect(self._apply)
        leave_wheel_to_page(self._choice)
        self._keep = push_button("keepPreset", self.tr("Keep…"))
        self._keep.setToolTip(self.tr("Keep these settings under a name"))
        self._keep.clicked.connect(self._ask_name)
        self._forget = push_button("forgetPreset", self.tr("Forget"))
        self._forget.clicked.connect(self._forget_shown)
        for widget in (self._choice, self._keep, self._forget):
            row.addWidget(widget)
        settings.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        presets = self._settings.presets
        holds = next((p.name for p in presets if p == self._settings.preset(p.name)), None)
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for preset in presets:
                self._choice.addItem(one_line(preset.name), preset)
            self._choice.setPlaceholderText(self.tr("Own settings"))
            names = [preset.name for preset in presets]
            self._choice.setCurrentIndex(-1 if holds is None else names.index(holds))
        self._choice.setEnabled(bool(presets))
        self._forget.setEnabled(holds is not None)

    def _apply(self) -> None:
        preset = self._choice.currentData()
        if preset is not None:
            sentence = self.tr("“{name}” holds now.").format(name=one_line(preset.name))
            self._offer_undo(sentence, lambda: self._settings.apply_preset(preset))

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("presetName")
        dialog.setWindowTitle(self.tr("Keep as a preset"))
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(self._choice.currentText())
        dialog.textValueSelected.connect(self._keep_as)
        dialog.open()

    def _keep_as(self, name: str) -> None:
        name = " ".join(name.split())[:LONGEST_NAME]
        if any(preset.name == name for preset in self._settings.presets):
            sentence = self.tr("“{name}” was replaced by what holds now.")
            sentence = sentence.format(name=one_line(name))
            self._offer_undo(sentence, lambda: self._settings.keep_preset(name))
        elif name:
            self._settings.keep_preset(name)

    def _forget_shown(self) -> None:
        preset = self._choice.currentData()
        if preset is not None:
            sentence = self.tr("“{name}” was forgotten.").format(name=one_line(preset.name))
            self._offer_undo(sentence, lambda: self._settings.forget_preset(preset.name))

    def _offer_undo(self, sentence: str, change: Callable[[], None]) -> None:
        undo = self._settings.undoable(change)
        if undo is not None:
            self.undo_offered.emit(sentence, undo)
