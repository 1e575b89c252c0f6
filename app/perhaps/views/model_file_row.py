"""One of the two files of a model: its path, and a way to choose it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button


class ModelFileRow(QWidget):
    """A field that takes a typed, chosen or dropped path."""

    path_changed = Signal()

    def __init__(self, name: str, title: str, why: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._field = named(QLineEdit(), f"{name}Path")
        self._field.setAccessibleName(title)
        self._field.setPlaceholderText(why)
        self._field.setClearButtonEnabled(True)
        self._field.setAcceptDrops(False)
        choose = push_button(f"{name}Choose", self.tr("Choose…"))
        choose.setAccessibleName(self.tr("Choose: {title}").format(title=title))
        choose.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self._field, 1)
        row.addWidget(choose)
        column.addWidget(plain_label(title, "title"))
        column.addLayout(row)
        self._field.textChanged.connect(self.path_changed)
        choose.clicked.connect(self._choose)

    @property
    def path(self) -> str:
        """The path as it stands in the field."""
        return self._field.text().strip()

    @path.setter
    def path(self, path: str) -> None:
        self._field.setText(path)

    def _choose(self) -> None:
        kinds = self.tr("Model files") + " (*.gguf)"
        path, _ = QFileDialog.getOpenFileName(self, self._title, self.path, kinds)
        if path:
            self.path = path
