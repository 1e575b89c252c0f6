"""The words of an answer, as formatted text or as tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from perhaps.views.formatted.formatted_text import FormattedText
from perhaps.views.readings import reading_of
from perhaps.views.token_flow import TokenFlow

if TYPE_CHECKING:
    from perhaps.markdown.reading import Reading
    from perhaps.state.answer import Answer
    from perhaps.state.selection import Selection
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme


class AnswerBody(QWidget):
    """Tokens while they come; formatted at the end, where that shows more and is wanted."""

    form_changed = Signal()
    """It can be formatted now, or is shown in the other form."""

    def __init__(
        self, answer: Answer, selection: Selection, theme: Theme, settings: Settings
    ) -> None:
        super().__init__()
        self.setObjectName("answerBody")
        self._answer = answer
        self._selection = selection
        self._theme = theme
        self._settings = settings
        self._reading: Reading | None = None
        self._wanted = settings.formatted
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._flow: TokenFlow | None = None
        self.formatted: FormattedText | None = None
        answer.finished.connect(self._on_finished)
        settings.changed.connect(self._on_settings_changed)
        selection.lens.changed.connect(self._on_lens_changed)
        if not answer.running:
            self._on_finished()
        if self.formatted is None:
            self.flow.show()

    @property
    def flow(self) -> TokenFlow:
        """Its tokens; laid out only once somebody looks at them."""
        if self._flow is None:
            self._flow = TokenFlow(self._answer, self._selection, self._theme)
            self._flow.hide()
            self._column.addWidget(self._flow)
        return self._flow

    @property
    def can_format(self) -> bool:
        """Whether there is more to show than tokens."""
        return self._reading is not None

    @property
    def shows_formatted(self) -> bool:
        """Which form is shown."""
        return self.formatted is not None and not self.formatted.isHidden()

    @property
    def shown(self) -> TokenFlow | FormattedText:
        """The form that is shown; both know where each token is."""
        return self.formatted if self.formatted and self.shows_formatted else self.flow

    def show_form(self, *, formatted: bool) -> None:
        """Show one of both forms, here and in all other answers."""
        self._settings.formatted = formatted
        if formatted:
            self._selection.lens.exact = False
        self._show(formatted=formatted)

    def _show(self, *, formatted: bool) -> None:
        had_focus = self.isAncestorOf(self.focusWidget())
        formatted = formatted and self._reading is not None and not self._selection.lens.exact
        if formatted and self.formatted is None and self._reading is not None:
            self.formatted = FormattedText(
                self._reading, self._answer, self._selection, self._theme
            )
            self._column.addWidget(self.formatted)
        if self.formatted is not None:
            self.formatted.setVisible(formatted)
        if self._flow is not None or not formatted:
            self.flow.setVisible(not formatted)
        if had_focus:
            self.shown.setFocus()
        self.form_changed.emit()

    def _on_finished(self) -> None:
        if self._reading is not None or self._answer.running:
            return
        reading = reading_of(self._answer)
        if reading.holds_structure():
            self._reading = reading
            # Whoever has marked words among the tokens wants them to stay.
            marked = self._flow is not None and bool(self._flow.marked_text())
            self._show(formatted=self._settings.formatted and not marked)

    def _on_settings_changed(self) -> None:
        before, self._wanted = self._wanted, self._settings.formatted
        if self._reading is not None and self._wanted is not before:
            self._show(formatted=self._wanted)

    def _on_lens_changed(self) -> None:
        """Write formatted text anew in the other tint; exact tokens are never formatted."""
        if self._reading is None:
            return
        if self.formatted is not None:
            self.formatted.deleteLater()
            self.formatted = None
        self._show(formatted=self._settings.formatted)
