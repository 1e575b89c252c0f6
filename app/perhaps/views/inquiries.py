"""Opens what a person wants to look into: choices, evidence, a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.state.evidence_search import EvidenceSearch
from perhaps.state.turn import Turn
from perhaps.views.choices_dialog import ChoicesDialog
from perhaps.views.comparison_dialog import ComparisonDialog
from perhaps.views.evidence_view import EvidenceView
from perhaps.views.labels import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from perhaps.inference.protocol import Request
    from perhaps.state.answer import Answer
    from perhaps.state.session import Session
    from perhaps.views.inspector import Inspector
    from perhaps.views.theme import Theme


NAME_LENGTH = 60


class Inquiries(QObject):
    """Listens to the selection, so that whoever shows an answer can ask."""

    refused = Signal(str)
    """One sentence: why there is nothing to look into."""

    def __init__(self, session: Session, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._theme = theme
        self._window = window
        self.search = EvidenceSearch(session.link, self)
        session.selection.choices_requested.connect(self._on_choices_requested)
        session.selection.comparison_requested.connect(self._on_comparison_requested)
        session.conversation_changed.connect(self.search.close)
        session.engine.changed.connect(self._on_engine_changed)

    def use_inspector(self, inspector: Inspector, show: Callable[[], object]) -> None:
        """Show evidence in the inspector; `show` makes the inspector visible."""
        view = EvidenceView(self.search, self._session.selection, self._theme)
        inspector.picture.add_evidence(view)

        def look(answer: Answer) -> None:
            if not self._same_model(answer):
                return
            show()
            inspector.show_evidence()
            self._session.look_into(answer, lambda request: self._look(answer, request))

        self._session.selection.evidence_requested.connect(look)

    def _on_engine_changed(self) -> None:
        info, answer = self._session.engine.info, self.search.answer
        if info is not None and answer is not None and info.pair != answer.model.pair:
            self.search.close()

    def _same_model(self, answer: Answer) -> bool:
        """Tokens mean something to the model alone that wrote them."""
        info = self._session.engine.info
        if info is not None and info.pair == answer.model.pair:
            return True
        sentence = self.tr("This answer is by “{name}”: open that model to see what it rests on.")
        self.refused.emit(sentence.format(name=one_line(answer.model.name, NAME_LENGTH)))
        return False

    def ask_choices(self) -> None:
        """Compare answers to the question of the chosen token, or to the last one."""
        if answer := self._chosen():
            self._on_choices_requested(answer)

    def ask_evidence(self) -> None:
        """Show what the answer of the chosen token, or the last one, rests on."""
        if answer := self._chosen():
            self._session.selection.evidence_requested.emit(answer)

    def ask_comparison(self) -> None:
        """Compare the versions of the last answer, or of the one of the chosen token."""
        answer = self._chosen()
        turn = answer.parent() if answer is not None else None
        if isinstance(turn, Turn):
            self._on_comparison_requested(turn)

    def _on_comparison_requested(self, turn: Turn) -> None:
        if len(turn.answers) > 1:
            ComparisonDialog(turn, self._theme, self._window).open()
        else:
            self.refused.emit(
                self.tr("There is one version of this answer; answer again to compare two.")
            )

    def _chosen(self) -> Answer | None:
        place = self._session.selection.current
        answer = place.answer if place else self._session.last_answer
        return None if answer is None or answer.running else answer

    def _on_choices_requested(self, answer: Answer) -> None:
        self._session.look_into(answer, self._open_choices)

    def _open_choices(self, request: Request) -> None:
        ChoicesDialog(request, self._session, self._theme, self._window).open()

    def _look(self, answer: Answer, request: Request) -> None:
        if answer.steps:
            self.search.look(answer, request)
            return

        def look_once(_first_new: int) -> None:
            answer.advanced.disconnect(look_once)
            self.search.look(answer, request)

        answer.advanced.connect(look_once)
        answer.ensure_steps()
