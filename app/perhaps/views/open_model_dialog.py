"""Open a model: two files, checked as a pair before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from perhaps.inference.protocol import LoadOptions, ModelPair, PairReport
from perhaps.views.device_row import DeviceRow
from perhaps.views.labels import plain_label
from perhaps.views.model_file_row import ModelFileRow
from perhaps.views.named import push_button
from perhaps.views.pair_report_view import PairReportView

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from perhaps.state.engine_link import EngineLink
    from perhaps.state.engine_state import EngineState

CHECK_AFTER_MS = 250
"""Of quiet, so that a path that is typed is not checked letter by letter."""


class OpenModelDialog(QDialog):
    """Load is possible only for a pair that was checked and found good."""

    load_requested = Signal(ModelPair, LoadOptions)

    def __init__(
        self,
        link: EngineLink,
        engine: EngineState,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("openModelDialog")
        self.setWindowTitle(self.tr("Open model"))
        self.setMinimumWidth(600)
        self.setAcceptDrops(True)
        self._link = link
        self._awaited = 0
        self._good_pair: ModelPair | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(CHECK_AFTER_MS)
        self._quiet.timeout.connect(self._check)
        self.devices = DeviceRow(engine.devices, engine.options)
        self._fill()
        link.pair_checked.connect(self._on_pair_checked)
        if engine.pair is not None:
            self.model.path = engine.pair.model
            self.projector.path = engine.pair.projector or ""

    def pair(self) -> ModelPair:
        """The two files as they stand in the fields."""
        return ModelPair(self.model.path, self.projector.path or None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put dropped files where they belong, by their names; the check will tell."""
        for url in event.mimeData().urls():
            name = Path(url.toLocalFile()).name.lower()
            row = self.projector if "mmproj" in name or "projector" in name else self.model
            row.path = url.toLocalFile()
        event.acceptProposedAction()

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(14)
        self.model = ModelFileRow(
            "model", self.tr("Model"), self.tr("The language model, a .gguf file")
        )
        self.projector = ModelFileRow(
            "projector",
            self.tr("Projector"),
            self.tr("Its eyes, often named mmproj; empty for text only"),
        )
        self.report = PairReportView()
        self.report.setMinimumHeight(120)
        self._text_only = plain_label(
            self.tr("Without a projector this model answers text only: it cannot see pictures."),
            "small",
            wrap=True,
        )
        self._text_only.setObjectName("textOnlyNote")
        for widget in (self.model, self.projector, self.devices, self._text_only, self.report):
            column.addWidget(widget)
        column.addLayout(self._make_buttons())
        self._text_only.hide()
        self.model.path_changed.connect(self._on_path_changed)
        self.projector.path_changed.connect(self._on_path_changed)
        self.devices.changed.connect(self._on_path_changed)

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(plain_label(self.tr("Both files can be dropped here."), "small"))
        row.addStretch(1)
        cancel = push_button("cancelOpen", self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._load = push_button("loadModel", self.tr("Load"), role="primary")
        self._load.setDefault(True)
        self._load.clicked.connect(self._on_load)
        self._allow(None)
        row.addWidget(cancel)
        row.addWidget(self._load)
        return row

    def _allow(self, pair: ModelPair | None) -> None:
        self._good_pair = pair
        self._load.setEnabled(pair is not None)
        waiting = self.tr("Load is possible when the files were checked and belong together")
        self._load.setToolTip("" if pair else waiting)

    def _on_path_changed(self) -> None:
        self._allow(None)
        model = self.model.path
        self._text_only.setVisible(bool(model) and not self.projector.path)
        if model:
            self.report.say(self.tr("Checking…"))
            self._quiet.start()
        else:
            self._quiet.stop()
            self.report.say(self.tr("Choose a model file to begin."))

    def _check(self) -> None:
        self._awaited += 1
        self._link.check(self.pair(), self.devices.options())

    def _on_pair_checked(self, report: PairReport) -> None:
        """Show the last report that was asked for; earlier ones are stale."""
        self._awaited = max(0, self._awaited - 1)
        if self._awaited or self._quiet.isActive() or not self.model.path:
            return
        self.report.show_report(report)
        self._allow(self.pair() if report.ok else None)

    def _on_load(self) -> None:
        if self._good_pair is not None:
            self.load_requested.emit(self._good_pair, self.devices.options())
            self.accept()
