"""The field for what the model is told before the first question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit, QWidget

if TYPE_CHECKING:
    from perhaps.state.settings import Settings

LINES = 4
QUIET_MS = 600
"""After the last key, until what was typed holds."""


class SystemPromptEdit(QPlainTextEdit):
    """Holds once the typing rests or goes elsewhere."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("systemPrompt")
        self.setAccessibleName(self.tr("System prompt"))
        self.setPlaceholderText(self.tr("Such as: Answer in one word."))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        line = QFontMetrics(self.font()).lineSpacing()
        self.setFixedHeight(line * LINES + 2 * (self.frameWidth() + 6))
        self._settings = settings
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._keep)
        self.textChanged.connect(self._quiet.start)
        settings.changed.connect(self._refresh)
        self._refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep at once what was typed."""
        if self._quiet.isActive():
            self._keep()
        super().focusOutEvent(event)

    def _keep(self) -> None:
        self._quiet.stop()
        if self.toPlainText() != self._settings.system_prompt:
            self._settings.system_prompt = self.toPlainText()

    def _refresh(self) -> None:
        """Show what holds, unless something is being typed."""
        if not self._quiet.isActive() and self.toPlainText() != self._settings.system_prompt:
            blocked = self.blockSignals(True)
            self.setPlainText(self._settings.system_prompt)
            self.blockSignals(blocked)
