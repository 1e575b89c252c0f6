"""A question and its answer out of an exported file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from perhaps.errors import TraceError
from perhaps.probability.export.record import read_json
from perhaps.state.answer import Answer
from perhaps.state.answer_file import finish_of, model_of, request_of
from perhaps.state.conversation import Question, Turn
from perhaps.state.steps import traced_model

if TYPE_CHECKING:
    from perhaps.inference.protocol import ModelInfo
    from perhaps.probability.export.record import AnswerRecord

LARGEST_FILE = 2**29
"""Bytes; an answer of a hundred thousand tokens has fewer."""
NAME_LENGTH = 80


def read_exported(path: str) -> AnswerRecord:
    """Read an exported answer, or raise TraceError."""
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise TraceError(f"“{file.name}” is larger than any answer: choose another file.")
        return read_json(file.read_bytes())
    except OSError as error:
        raise TraceError(f"“{file.name}” cannot be read ({error.strerror}).") from None


def turn_of(record: AnswerRecord) -> Turn:
    """Give its question with its answer; the pictures are not in the file."""
    answer = Answer(
        request_of(record), model_of(record), trace=record.trace, finish=finish_of(record)
    )
    turn = Turn(Question(record.question))
    turn.add_answer(answer)
    return turn


def note_on(record: AnswerRecord, loaded: ModelInfo | None) -> str:
    """Say what a person should know of an exported answer; mostly nothing."""
    if loaded is None or record.model.traced == traced_model(loaded):
        return ""
    sentence = QCoreApplication.translate(
        "ExportedChat",
        "This answer was written by “{other}”, not by “{loaded}”: look at it as it is; "
        "a new answer will be another model's.",
    )
    return sentence.format(other=record.model.name[:NAME_LENGTH], loaded=loaded.name)
