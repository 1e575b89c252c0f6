"""The conversation: turns in a column that follows the writing; only those near are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from perhaps.state.kept_answer import KeptAnswer
from perhaps.state.restored_picture import RestoredPicture
from perhaps.views.chat_wishes import ChatWishes
from perhaps.views.named import named
from perhaps.views.readings import forget_reading, is_read, reading_of
from perhaps.views.turn_heights import TurnHeights, guess
from perhaps.views.turn_sketch import sketch
from perhaps.views.turn_view import TurnView

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from perhaps.state.conversation import Conversation, Turn
    from perhaps.state.selection import Selection
    from perhaps.state.settings import Settings
    from perhaps.views.theme import Theme

COLUMN = 724
EDGE = 24
TOP = 22
BOTTOM = 18
GAP = 28
AT_END = 48
"""Pixels from the end within which the view follows the writing."""
AHEAD = 900
"""Pixels before and after what is seen, where turns are made ready one by one."""
KEPT = 3000
"""Pixels beyond which they are given up again."""
BREATH_MS = 4
"""Between two turns that are made ahead, so that a frame waits for one at most."""
MOST_ROUNDS = 12
"""Guesses of heights that are corrected before the first painting."""


class ChatView(QScrollArea):
    """Scrolls with the newest token unless the person scrolled away."""

    def __init__(self, selection: Selection, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._selection = selection
        self._theme = theme
        self._settings = settings
        self.wishes = ChatWishes(self)
        self._conversation: Conversation | None = None
        self._turns: list[Turn] = []
        self._places: dict[Turn, int] = {}
        self._views: dict[Turn, TurnView] = {}
        self._dirty: set[Turn] = set()
        """Turns whose heights have to be learned."""
        self._heights = TurnHeights(TOP, GAP)
        self._follows = True
        self._arranging = False
        self._settle = _at_once(self, self._settle_heights)
        self._prepare = _at_once(self, self._make_one_ahead)
        self._prepare.setInterval(BREATH_MS)
        self.setObjectName("chatScroll")
        self.setAccessibleName(self.tr("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = named(QWidget(), "chatColumn")
        self._page.installEventFilter(self)
        self.setWidget(self._page)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        selection.changed.connect(self._on_selection_changed)

    @property
    def turn_views(self) -> tuple[TurnView, ...]:
        """The turns that are there just now, in order."""
        return tuple(self._views[turn] for turn in self._turns if turn in self._views)

    def show_conversation(self, conversation: Conversation) -> None:
        """Show another conversation, at its end."""
        if self._conversation is not None:
            self._conversation.path_changed.disconnect(self._on_path_changed)
        self._conversation = conversation
        conversation.path_changed.connect(self._on_path_changed)
        self._on_path_changed(0)

    def view_of(self, turn: Turn) -> TurnView:
        """Bring a turn into view."""
        index = self._places[turn]
        self._follows = False
        bar = self.verticalScrollBar()
        top = self._heights.top(index)
        if not bar.value() <= top <= bar.value() + self.viewport().height() // 2:
            bar.setValue(top - TOP)
        self._arrange(make=True)
        bar.setValue(min(bar.value(), self._heights.top(index)))
        return self._views.get(turn) or self._make(index)

    def go_to(self, number: int) -> None:
        """Show the question or answer that has this id in the archive."""
        assert self._conversation is not None
        for turn in self._conversation.all_turns():
            for index, answer in enumerate(turn.answers):
                if answer.number == number:
                    turn.show_version(index)
            if number in (turn.number, *(answer.number for answer in turn.answers)):
                self._conversation.show_turn(turn)
                self.view_of(turn)

    def show_neighbour(self, offset: int) -> None:
        """Show another version of the turn at hand."""
        if turn := self.turn_at_hand():
            self.view_of(turn).show_neighbour(offset)

    def turn_at_hand(self) -> Turn | None:
        """The turn that has the focus, else the last one."""
        focused = next((v for v in self.turn_views if v.isAncestorOf(self.focusWidget())), None)
        return focused.turn if focused else self._turns[-1] if self._turns else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle, at a width that reads well."""
        super().resizeEvent(event)
        for turn, view in self._views.items():
            view.fit(self._room)
            self._dirty.add(turn)
        self._arrange(make=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow turns that become higher or lower, and sketch those that are not there."""
        if watched is self._page:
            if event.type() == QEvent.Type.Paint and isinstance(event, QPaintEvent):
                self._sketch_missing(event.rect())
        elif event.type() == QEvent.Type.LayoutRequest and isinstance(watched, TurnView):
            self._dirty.add(watched.turn)
            self._settle.start()
        return super().eventFilter(watched, event)

    @property
    def _side(self) -> int:
        return max(EDGE, (self.width() - COLUMN) // 2)

    @property
    def _room(self) -> int:
        return self.width() - 2 * self._side

    def _on_path_changed(self, first: int) -> None:
        assert self._conversation is not None
        self._turns = list(self._conversation.turns)
        self._places = {turn: index for index, turn in enumerate(self._turns)}
        kept = set(self._turns[:first])
        for turn in [turn for turn in self._views if turn not in kept]:
            self._drop(turn)
        self._heights.set_from(first, map(guess, self._turns[first:]))
        for turn, view in self._views.items():
            view.set_last(turn is self._turns[-1])
        self._follows = True
        self._arrange(make=True)

    def _settle_heights(self) -> None:
        self._arrange(make=False)

    def _arrange(self, *, make: bool) -> None:
        """Learn heights and put everything in its place; first make what is seen, if wanted."""
        if self._arranging:
            return
        self._arranging = True
        try:
            self._arrange_once(make=make)
        finally:
            self._arranging = False
        self._prepare.start()

    def _arrange_once(self, *, make: bool) -> None:
        for _ in range(MOST_ROUNDS):
            self._place_page()
            made = make and self._make_seen()
            if not self._measure() and not made:
                break
        self._place_page()
        for turn, view in self._views.items():
            view.setGeometry(self._place_of(self._places[turn]))

    def _place_of(self, index: int) -> QRect:
        return QRect(self._side, self._heights.top(index), self._room, self._heights[index])

    def _place_page(self) -> None:
        height = max(self._heights.total + BOTTOM, self.viewport().height())
        self._page.resize(self.viewport().width(), height)
        if self._follows:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _make_seen(self) -> bool:
        """Whether anything had to be made."""
        missing = self._missing(0)
        for index in missing:
            self._make(index)
        return bool(missing)

    def _measure(self) -> bool:
        """Learn the true heights; whether any was another. What is seen stays where it is."""
        bar = self.verticalScrollBar()
        changed = False
        dirty, self._dirty = self._dirty & self._views.keys(), set()
        for index in sorted(self._places[turn] for turn in dirty):
            end = self._heights.top(index) + self._heights[index]
            height = _height(self._views[self._turns[index]], self._room)
            if difference := self._heights.set(index, height):
                changed = True
                if end <= bar.value() and not self._follows:
                    self._place_page()
                    bar.setValue(bar.value() + difference)
        return changed

    def _make(self, index: int) -> TurnView:
        turn = self._turns[index]
        view = TurnView(turn, self._selection, self._theme, self._settings, self.wishes, self._page)
        view.set_last(index == len(self._turns) - 1)
        view.fit(self._room)
        view.setGeometry(self._place_of(index))
        view.installEventFilter(self)
        self._views[turn] = view
        self._dirty.add(turn)
        view.show()
        return view

    def _near(self, margin: int) -> range:
        value, height = self.verticalScrollBar().value(), self.viewport().height()
        return self._heights.between(value - margin, value + height + margin)

    def _missing(self, margin: int) -> list[int]:
        return [i for i in self._near(margin) if self._turns[i] not in self._views]

    def _make_one_ahead(self) -> None:
        """Make one turn that is seen or may come into view next, and give up those far away."""
        missing = self._missing(0) or self._missing(AHEAD)
        if missing:
            middle = self.verticalScrollBar().value() + self.viewport().height() // 2
            self._advance(min(missing, key=lambda i: abs(self._heights.top(i) - middle)))
        far = self._near(KEPT)
        for turn in [turn for turn in self._views if self._places[turn] not in far]:
            if not self._views[turn].isAncestorOf(self.focusWidget()):
                self._drop(turn)

    def _advance(self, index: int) -> None:
        """Read the answer of a turn, or make the turn: each takes about half of a frame."""
        answer = self._turns[index].shown
        if is_read(answer):
            self._make(index)
            self._arrange(make=False)
        else:
            reading_of(answer)
            self._prepare.start()

    def _sketch_missing(self, exposed: QRect) -> None:
        missing = [i for i in self._missing(0) if self._place_of(i).intersects(exposed)]
        if missing:
            painter = QPainter(self._page)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index in missing:
                painter.setClipRect(self._place_of(index))
                sketch(painter, self._turns[index], self._place_of(index), self._theme)
            painter.end()

    def _drop(self, turn: Turn) -> None:
        view = self._views.pop(turn)
        view.removeEventFilter(self)
        view.hide()
        view.deleteLater()
        for picture in turn.question.pictures:
            if isinstance(picture, RestoredPicture) and picture.picture is None:
                picture.release()
        for answer in turn.answers:
            forget_reading(answer)
        place = self._selection.current
        if place is None or place.answer not in turn.answers:
            for answer in turn.answers:
                if isinstance(answer, KeptAnswer):
                    answer.release_steps()

    def _on_scrolled(self, value: int) -> None:
        if not self._arranging:
            self._follows = value >= self.verticalScrollBar().maximum() - AT_END
            self._prepare.start()

    def _on_selection_changed(self) -> None:
        """Bring a pinned token into view, as walking may lead out of it."""
        place = self._selection.pinned
        if place is None or self._selection.hovered is not None:
            return
        for view in self.turn_views:
            shown = view.answer_view.body.shown
            if shown.answer is place.answer and (boxes := shown.token_boxes(place.index)):
                center = shown.mapTo(self._page, boxes[0].center().toPoint())
                self.ensureVisible(center.x(), center.y(), 0, 60)


def _height(view: TurnView, width: int) -> int:
    layout = view.layout()
    assert layout is not None
    layout.activate()
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return layout.totalSizeHint().height()


def _at_once(parent: QObject, call: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(0)
    timer.timeout.connect(call)
    return timer
