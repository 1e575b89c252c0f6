"""The line at the bottom: model, places, context, speed, and what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QWidget,
)

from perhaps.state.engine_state import EnginePhase
from perhaps.views import words
from perhaps.views.icons import IconButton
from perhaps.views.labels import (
    ElidedLabel,
    one_line,
    plain_label,
    set_plain_tooltip,
    set_role,
)
from perhaps.views.named import named, push_button

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from perhaps.state.answer import Answer
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme
from perhaps.views.throttle import Throttle

NAME_LENGTH = 40
HEIGHT = 2.3
"""In sizes of the text."""
EDGE = 14
GAP = 6
APART = 12
IMPORTANCE = ("context", "speed", "first_token", "vision", "language")
"""Of the facts, for a window that has no room for all of them."""
REFRESH_MS = 100


class StatusLine(QFrame):
    """Facts only: what is not known yet is not shown."""

    open_model_requested = Signal()
    starter_requested = Signal()
    notes_requested = Signal()

    def __init__(
        self, session: Session, theme: Theme, *, has_starter: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._session = session
        self._theme = theme
        self._watched: Answer | None = None
        self._has_starter = has_starter
        self._items: dict[str, tuple[QLabel, QLabel]] = {}
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.elapsed.connect(self._show_run)
        self._fill()
        session.engine.changed.connect(self._refresh)
        session.answering_changed.connect(self._on_answering_changed)
        session.conversation_changed.connect(self._refresh)
        self._refresh()

    def _fill(self) -> None:
        self.setFixedHeight(round(HEIGHT * self._theme.text_size))
        row = QHBoxLayout(self)
        row.setContentsMargins(EDGE, 0, EDGE, 0)
        row.setSpacing(GAP)
        self._dot = plain_label("●", "good")
        self._dot.setObjectName("engineDot")
        self._model = push_button("modelButton", role="status")
        self._model.setMenu(self._make_menu())
        row.addWidget(self._dot)
        row.addWidget(self._model)
        self._add_items(row)
        self._badge = push_button("placementBadge", role="badge")
        self._badge.clicked.connect(self.notes_requested)
        row.addWidget(self._badge)
        row.addStretch(1)
        self._bar = named(QProgressBar(), "loadBar")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._state = ElidedLabel("", "small")
        self._state.setObjectName("stateWord")
        self._cancel = IconButton("cancelLoad", "close", self.tr("Stop loading"), self._theme)
        self._cancel.setIconSize(QSize(12, 12))
        self._cancel.clicked.connect(self._session.engine.cancel_load)
        for widget in (self._bar, self._state, self._cancel):
            row.addWidget(widget)

    def _add_items(self, row: QHBoxLayout) -> None:
        for key, name in (
            ("vision", self.tr("vision")),
            ("language", self.tr("language")),
            ("context", self.tr("context")),
            ("first_token", self.tr("first token")),
            ("speed", self.tr("tokens/s")),
        ):
            value = plain_label("", "value")
            value.setObjectName(f"status_{key}")
            label = plain_label(name, "small")
            pair = (value, label) if key == "speed" else (label, value)
            row.addSpacing(APART)
            for widget in pair:
                row.addWidget(widget)
            self._items[key] = (label, value)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Open model…"), self.open_model_requested.emit)
        if self._has_starter:
            menu.addAction(self.tr("Use the starter model"), self.starter_requested.emit)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many facts as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _show(self, key: str, text: str) -> None:
        self._items[key][1].setText(text)

    def _fit(self) -> None:
        """Leave the least important facts out rather than cut any."""
        free = self.width() - 2 * EDGE - APART * len(self._items) - self._fixed_width()
        for key in IMPORTANCE:
            widgets = self._items[key]
            width = 2 * GAP + sum(widget.sizeHint().width() for widget in widgets)
            known = bool(widgets[1].text())
            free -= width if known else 0
            for widget in widgets:
                widget.setVisible(known and free >= 0)

    def _fixed_width(self) -> int:
        """The model, what goes on, and whatever belongs to a loading."""
        parts: list[QWidget] = [self._dot, self._model, self._state]
        if not self._badge.isHidden():
            parts.append(self._badge)
        if self._session.engine.phase is EnginePhase.loading:
            parts += [self._bar, self._cancel]
        return sum(part.sizeHint().width() + GAP for part in parts)

    def _refresh(self) -> None:
        engine = self._session.engine
        role = {EnginePhase.ready: "good", EnginePhase.loading: "small"}.get(engine.phase, "bad")
        set_role(self._dot, role)
        name = one_line(engine.info.name) if engine.info else self.tr("No model")
        shown = name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
        self._model.setText(shown.replace("&", "&&") + " ▾")
        self._model.setAccessibleName(self.tr("Model: {name}").format(name=shown))
        vision = engine.info.placement.vision if engine.info else None
        self._show("vision", words.placement(vision))
        language = engine.info.placement.language if engine.info else None
        self._show("language", words.placement(language))
        set_plain_tooltip(self._model, words.memory(engine.info) if engine.info else "")
        self._explain_placement()
        self._show_badge()
        self._show_loading()
        self._show_run()

    def _explain_placement(self) -> None:
        info = self._session.engine.info
        for key in ("vision", "language"):
            half = getattr(info.placement, key) if info else None
            text = self.tr("{count} of {total} {unit} on {device}")
            tip = (
                text.format(
                    count=half.on_device, total=half.total, unit=half.unit, device=half.device
                )
                if half
                else ""
            )
            for widget in self._items[key]:
                widget.setToolTip(tip)

    def _show_badge(self) -> None:
        """Warn where a GPU is there and something runs elsewhere, or wrongly."""
        info = self._session.engine.info
        notes = info.notes if info else ()
        self._badge.setVisible(bool(notes))
        self._badge.setText("⚠ " + self.tr("not all on the GPU"))
        set_plain_tooltip(self._badge, "\n".join(notes))
        self._badge.setAccessibleName(" ".join(notes))

    def _show_loading(self) -> None:
        engine = self._session.engine
        loading = engine.phase is EnginePhase.loading
        self._bar.setVisible(loading)
        self._cancel.setVisible(loading)
        if loading and engine.progress is not None:
            self._bar.setRange(0, 100)
            self._bar.setValue(round(engine.progress.fraction * 100))
        elif loading:
            self._bar.setRange(0, 0)

    def _on_answering_changed(self) -> None:
        answer = self._session.running_answer
        if answer is not None and answer is not self._watched:
            self._watched = answer
            for changed in (answer.advanced, answer.progressed):
                changed.connect(self._throttle.request)
            answer.finished.connect(self._show_run)
        self._show_run()

    def _show_run(self) -> None:
        answer = self._session.running_answer or self._session.last_answer
        self._state.setText(self._state_words(answer))
        speed = answer.tokens_per_second if answer else None
        self._show("speed", f"{speed:.0f}" if speed else "")
        finish = answer.finish if answer else None
        first = finish.timings.first_token if finish else 0.0
        self._show("first_token", words.milliseconds(first) if first else "")
        self._show("context", self._context_words(answer))
        self._fit()

    def _context_words(self, answer: Answer | None) -> str:
        info = self._session.engine.info
        if info is None:
            return ""
        finish = answer.finish if answer else None
        used = finish.usage.prompt_tokens + finish.usage.generated_tokens if finish else 0
        size = words.grouped(info.context_size)
        return f"{words.grouped(used)} / {size}" if used else size

    def _state_words(self, answer: Answer | None) -> str:
        engine = self._session.engine
        if engine.phase is EnginePhase.loading:
            return words.load_progress(engine.progress)
        if engine.phase is not EnginePhase.ready:
            return self.tr("Starting again") if engine.phase is EnginePhase.lost else ""
        if answer is None or not answer.running:
            return self.tr("Ready")
        if answer.stopping:
            return self.tr("Stopping…")
        written = bool(answer.steps)
        return self.tr("Writing") if written else words.run_progress(answer.progress, answer.model)
