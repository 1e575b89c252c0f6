"""The side panel: probabilities, picture, timing, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from perhaps.state.conversation import NamedPicture
from perhaps.views.buttons import TabButton
from perhaps.views.labels import rule
from perhaps.views.picture_panel import PicturePanel
from perhaps.views.probabilities_panel import ProbabilitiesPanel
from perhaps.views.settings_panel import SettingsPanel
from perhaps.views.timing_panel import TimingPanel

if TYPE_CHECKING:
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

WIDTH = 26.5
"""In sizes of the text."""


class Inspector(QFrame):
    """Tabs over one panel at a time."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        self._session = session
        self._theme = theme
        self.probabilities = ProbabilitiesPanel(session, theme)
        self.picture = PicturePanel()
        self.timing = TimingPanel(session.figures, theme)
        self.settings = SettingsPanel(session.settings)
        self._tabs = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._fill()
        self._connect()
        self._show_pictures()

    def show_settings(self) -> None:
        """Bring the settings to the front."""
        self._tabs.button(3).click()
        self._tabs.button(3).setFocus()

    def show_evidence(self) -> None:
        """Bring the pictures to the front."""
        self._tabs.button(1).click()

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(10)
        for name, title, panel in self._panels():
            row.addWidget(self._tab(name, title))
            self._stack.addWidget(_scrolling(panel))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        self._tabs.button(0).setChecked(True)

    def _panels(self) -> list[tuple[str, str, QWidget]]:
        return [
            ("tabProbabilities", self.tr("Probabilities"), self.probabilities),
            ("tabPicture", self.tr("Picture"), self.picture),
            ("tabTiming", self.tr("Timing"), self.timing),
            ("tabSettings", self.tr("Settings"), self.settings),
        ]

    def _tab(self, name: str, title: str) -> QPushButton:
        button = TabButton(name, title)
        self._tabs.addButton(button, self._stack.count())
        return button

    def _connect(self) -> None:
        self._tabs.idClicked.connect(self._stack.setCurrentIndex)
        session = self._session
        session.attachments.changed.connect(self._show_pictures)
        session.fetcher.changed.connect(self._show_pictures)
        session.conversation_changed.connect(self._show_pictures)
        session.answering_changed.connect(self._show_pictures)
        session.answering_changed.connect(self._show_timing)
        session.selection.changed.connect(self._show_timing)

    def _show_timing(self) -> None:
        place = self._session.selection.current
        self.timing.show_answer(place.answer if place else self._session.last_answer)

    def _show_pictures(self) -> None:
        info = self._session.engine.info
        self.picture.show_pictures(self._pictures(), info.context_size if info else 0)

    def _pictures(self) -> tuple[NamedPicture, ...]:
        waiting = self._session.attachments.named_pictures()
        asked = (turn.question.pictures for turn in reversed(self._session.conversation.turns))
        latest = next((pictures for pictures in asked if pictures), ())
        return waiting or tuple(
            NamedPicture(each.name, each.picture) for each in latest if each.picture is not None
        )


def _scrolling(panel: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(18, 18, 18, 18)
    column.addWidget(panel)
    area.setWidget(frame)
    return area
