"""What a person may want of a question or an answer in the chat."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from perhaps.state.answer import Answer
from perhaps.state.turn import Turn


class ChatWishes(QObject):
    """One place where the views of all turns leave their wishes."""

    again_requested = Signal(Turn)
    """Another answer to the same question."""
    continue_requested = Signal(Answer)
    """More of the same answer."""
    edit_requested = Signal(Turn, str)
    """The same question in these words."""
    write_requested = Signal(str)
    """Words for the field of the question."""
    quote_requested = Signal(str)
    """Likewise, marked as quoted."""
    question_removal_requested = Signal(Turn)
    answer_removal_requested = Signal(Turn, int)
    """The version of this index."""
