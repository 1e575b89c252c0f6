"""One quiet line after a crash: what was kept can be read and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from perhaps.views.theme import Theme

LONGEST_SHOWN = 200_000
"""Characters of a report."""


class CrashNotice(QFrame):
    """Goes away when it is closed, and does not come again."""

    def __init__(
        self, name: str, sentence: str, report: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "quiet")
        self._report = report[:LONGEST_SHOWN]
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(8)
        self.setAccessibleName(sentence)
        row.addWidget(plain_label(sentence, "muted", wrap=True), 1)
        for name, title, wish in (
            ("showCrash", self.tr("Show"), self._show),
            ("copyCrash", self.tr("Copy"), self._copy),
        ):
            button = push_button(name, title)
            button.clicked.connect(wish)
            row.addWidget(button)
        close = IconButton("closeCrashNotice", "close", self.tr("Close"), theme)
        close.clicked.connect(self.hide)
        row.addWidget(close)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)

    def _show(self) -> None:
        dialog = named(QDialog(self.window()), "crashReport")
        dialog.setWindowTitle(self.tr("What was kept of the crash"))
        dialog.resize(760, 520)
        text = named(QPlainTextEdit(self._report), "crashText")
        text.setAccessibleName(self.tr("Report"))
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.close)
        column = QVBoxLayout(dialog)
        column.addWidget(text, 1)
        column.addWidget(buttons)
        dialog.open()
