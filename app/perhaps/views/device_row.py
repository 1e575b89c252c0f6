"""Where a model shall run: a choice of devices for each of its halves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from perhaps.inference.protocol import LoadOptions
from perhaps.views.labels import one_line, plain_label
from perhaps.views.named import named

if TYPE_CHECKING:
    from perhaps.inference.protocol import DeviceInfo


class DeviceRow(QWidget):
    """Hidden where there is only the CPU."""

    changed = Signal()

    def __init__(self, devices: tuple[DeviceInfo, ...], present: LoadOptions) -> None:
        super().__init__()
        self.setObjectName("deviceRow")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.language = self._add(
            row, "languageDevice", self.tr("Language on"), devices, present.device
        )
        self.vision = self._add(
            row, "visionDevice", self.tr("Pictures on"), devices, present.vision_device
        )
        row.addStretch(1)
        self.setVisible(any(device.kind != "cpu" for device in devices))

    def options(self) -> LoadOptions:
        """What to load with."""
        return LoadOptions(
            device=self.language.currentData(), vision_device=self.vision.currentData()
        )

    def _add(
        self,
        row: QHBoxLayout,
        name: str,
        words: str,
        devices: tuple[DeviceInfo, ...],
        chosen: str,
    ) -> QComboBox:
        box = named(QComboBox(), name)
        box.setAccessibleName(words)
        box.addItem(self.tr("Fastest that fits"), "auto")
        for device in devices:
            if device.kind == "cpu":
                box.addItem(self.tr("CPU"), "cpu")
            else:
                box.addItem(one_line(f"{device.name}: {device.description}", 60), device.name)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.currentIndexChanged.connect(self.changed)
        label = plain_label(words, "small")
        label.setBuddy(box)
        row.addWidget(label)
        row.addWidget(box)
        return box
