"""The keys that lead from token to token, in every view of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from perhaps.state.selection import Selection, TokenPlace

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from perhaps.state.answer import Answer

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
CANDIDATES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


def walk_by_key(event: QKeyEvent, answer: Answer, selection: Selection) -> bool:
    """Pin the token or pick the candidate that a key leads to; False where it is no such key."""
    key = Qt.Key(event.key())
    keypad = Qt.KeyboardModifier.KeypadModifier
    pinned = selection.pinned
    here = pinned is not None and pinned.answer is answer
    keys = (*STEPS, *ENDS, *CANDIDATES) if here else (*STEPS, *ENDS)
    if event.modifiers() & ~keypad or key not in keys or not answer.steps:
        return False
    last = len(answer.steps) - 1
    if key in ENDS:
        selection.pin(TokenPlace(answer, range(last + 1)[ENDS[key]]))
    elif key in CANDIDATES:
        selection.pick_neighbour(CANDIDATES[key])
    elif not here:
        selection.pin(TokenPlace(answer, last))
    else:
        selection.step(STEPS[key])
    return True
