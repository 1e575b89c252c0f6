"""Chooses between formatted text and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from perhaps.views.named import push_button

if TYPE_CHECKING:
    from perhaps.views.answer_body import AnswerBody


class FormSwitch(QWidget):
    """`Formatted | Tokens`, for an answer where both differ."""

    def __init__(self, body: AnswerBody, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formSwitch")
        self._body = body
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(0)
        self._formatted = self._choice("showFormatted", self.tr("Formatted"))
        self._tokens = self._choice("showTokens", self.tr("Tokens"))
        group = QButtonGroup(self)
        for button in (self._formatted, self._tokens):
            group.addButton(button)
            row.addWidget(button)
        self._formatted.setToolTip(self.tr("Show headings, tables and code (Ctrl+T)"))
        self._tokens.setToolTip(self.tr("Show each token as it came (Ctrl+T)"))
        self._formatted.clicked.connect(lambda: body.show_form(formatted=True))
        self._tokens.clicked.connect(lambda: body.show_form(formatted=False))
        body.form_changed.connect(self._refresh)
        self._refresh()

    def _choice(self, name: str, text: str) -> QPushButton:
        button = push_button(name, text, role="form")
        button.setCheckable(True)
        return button

    def _refresh(self) -> None:
        chosen = self._formatted if self._body.shows_formatted else self._tokens
        chosen.setChecked(True)
