"""All keys on one page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from perhaps.views.labels import plain_label


class KeysDialog(QDialog):
    """What each key does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle(self.tr("Keys"))
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 22)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(9)
        for row, (keys, meaning) in enumerate(self._keys()):
            left = Qt.AlignmentFlag.AlignLeft
            grid.addWidget(plain_label(keys, "key"), row, 0, left)
            grid.addWidget(plain_label(meaning), row, 1, left)
        column.addLayout(grid)

    def _keys(self) -> list[tuple[str, str]]:
        return [
            ("Enter", self.tr("Send the question")),
            ("Shift Enter", self.tr("New line")),
            ("Esc", self.tr("Let the chosen token go; stop the answer")),
            ("Ctrl U", self.tr("Add pictures")),
            ("Ctrl V", self.tr("Paste text or a picture")),
            ("← →", self.tr("Walk the tokens of the answer")),
            ("↑ ↓", self.tr("Pick among the candidates of the chosen token")),
            ("Home End", self.tr("First and last token")),
            ("Ctrl R", self.tr("Answer again, as a new version")),
            ("Ctrl L", self.tr("Where did it look? Show what the answer rests on")),
            ("Ctrl B", self.tr("Compare the versions of an answer")),
            ("Ctrl Y", self.tr("How sure is it? Compare answers")),
            ("Alt ← →", self.tr("Earlier and later version")),
            ("Ctrl E", self.tr("Ask the question in other words")),
            ("Ctrl J", self.tr("Go to the least certain word")),
            ("Ctrl Shift C", self.tr("Copy the answer")),
            ("Ctrl Shift Q", self.tr("Quote the answer")),
            ("Ctrl Shift Del", self.tr("Delete the answer")),
            ("Ctrl T", self.tr("Answers formatted, or as tokens")),
            ("Ctrl Shift T", self.tr("Exact tokens: every space and half character")),
            ("Ctrl N", self.tr("New chat")),
            ("Ctrl K", self.tr("Search in all chats")),
            ("F2", self.tr("Rename the chosen chat")),
            ("Ctrl D", self.tr("Pin the chosen chat")),
            ("Del", self.tr("Delete the chosen chat")),
            ("Ctrl O", self.tr("Open model")),
            ("Ctrl I", self.tr("Show or hide the inspector")),
            ("Ctrl ,", self.tr("Settings")),
            ("F1", self.tr("This page")),
            ("Ctrl Q", self.tr("Quit")),
        ]
