"""Opens what a person wants to look into: choices, evidence, a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from perhaps.views.choices_dialog import ChoicesDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from perhaps.state.answer import Answer
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme


class Inquiries(QObject):
    """Listens to the selection, so that whoever shows an answer can ask."""

    def __init__(self, session: Session, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._theme = theme
        self._window = window
        session.selection.choices_requested.connect(self._open_choices)

    def ask_choices(self) -> None:
        """Compare answers to the question of the chosen token, or to the last one."""
        place = self._session.selection.current
        answer = place.answer if place else self._session.last_answer
        if answer is not None:
            self._open_choices(answer)

    def _open_choices(self, answer: Answer) -> None:
        ChoicesDialog(answer, self._session, self._theme, self._window).open()
