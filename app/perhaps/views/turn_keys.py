"""Keys for the turn at hand: the one that has the focus, else the last."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from perhaps.probability.least_sure import least_sure_words
from perhaps.state.selection import TokenPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.views.actions import WindowActions
    from perhaps.views.chat_view import ChatView
    from perhaps.views.turn_view import TurnView

translate = QCoreApplication.translate


def add_turn_keys(actions: WindowActions, chat: ChatView) -> None:
    """Give each wish that the mouse has a key, too."""
    wishes: tuple[tuple[str, str, str, Callable[[TurnView], object]], ...] = (
        ("editAction", translate("TurnKeys", "Ask in other words"), "Ctrl+E", _edit),
        ("leastSureAction", translate("TurnKeys", "Least certain word"), "Ctrl+J", _least_sure),
        ("copyAnswerAction", translate("TurnKeys", "Copy the answer"), "Ctrl+Shift+C", _copy),
        ("quoteAction", translate("TurnKeys", "Quote the answer"), "Ctrl+Shift+Q", _quote),
        ("deleteAction", translate("TurnKeys", "Delete the answer"), "Ctrl+Shift+Del", _delete),
    )
    for name, title, key, wish in wishes:
        actions.add_key(name, title, key, partial(_grant, chat, wish))


def _grant(chat: ChatView, wish: Callable[[TurnView], object]) -> None:
    turn = chat.turn_at_hand()
    if turn is not None:
        wish(chat.view_of(turn))


def _edit(view: TurnView) -> None:
    view.question.begin_edit()


def _copy(view: TurnView) -> None:
    view.answer_view.copy()


def _quote(view: TurnView) -> None:
    view.answer_view.quote()


def _delete(view: TurnView) -> None:
    if not view.turn.shown.running:
        view.answer_view.removal_requested.emit()


def _least_sure(view: TurnView) -> None:
    """Pin the least certain word; pressed again, the next one."""
    answer = view.turn.shown
    places = [TokenPlace(answer, word.index) for word in least_sure_words(answer.trace)]
    if places:
        selection = view.selection
        pinned = selection.pinned
        after = places.index(pinned) + 1 if pinned in places else 0
        selection.pin(places[after % len(places)])
        view.answer_view.body.shown.setFocus()
