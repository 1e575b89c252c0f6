"""What this program is, and the licences of what comes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from perhaps import __version__
from perhaps.views.icons import icon_pixmap
from perhaps.views.labels import plain_label
from perhaps.views.named import named

if TYPE_CHECKING:
    from pathlib import Path

    from perhaps.views.theme import Theme


class AboutDialog(QDialog):
    """Name, version, purpose, licences."""

    def __init__(self, licences: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(self.tr("About Perhaps"))
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(14)
        column.addLayout(self._make_head(theme))
        purpose = self.tr(
            "Ask about pictures, and see token by token how sure the answer is. Everything "
            "happens on this computer: nothing is sent anywhere."
        )
        column.addWidget(plain_label(purpose, wrap=True))
        texts = _licence_texts(licences)
        if texts:
            column.addWidget(plain_label(self.tr("Licences"), "heading"))
            column.addWidget(self._make_licences(texts), 1)

    def _make_head(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        mark = QLabel()
        accent = theme.colour("accent").name()
        mark.setPixmap(icon_pixmap("mark", accent, 44, self.devicePixelRatioF()))
        row.addWidget(mark)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(plain_label("Perhaps", "display"))
        version = self.tr("version {version}").format(version=__version__)
        names.addWidget(plain_label(version, "muted"))
        row.addLayout(names)
        row.addStretch(1)
        return row

    def _make_licences(self, texts: str) -> QPlainTextEdit:
        page = named(QPlainTextEdit(texts), "licences")
        page.setReadOnly(True)
        page.setAccessibleName(self.tr("Licences"))
        page.setMinimumHeight(220)
        page.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return page


def _licence_texts(folder: Path) -> str:
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    pages = [f"{file.stem}\n\n{file.read_text('utf-8', 'replace').strip()}" for file in files]
    return "\n\n\n".join(pages)
