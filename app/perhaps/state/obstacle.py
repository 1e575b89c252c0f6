"""Why a question cannot be sent just now, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from perhaps.state.attachments import AttachmentPhase, Attachments
from perhaps.state.engine_state import EnginePhase, EngineState
from perhaps.state.restored_picture import RestoredPicture
from perhaps.state.steps import traced_model

if TYPE_CHECKING:
    from perhaps.state.answer import Answer
    from perhaps.state.conversation import Conversation

translate = QCoreApplication.translate


class Remedy(StrEnum):
    """What takes an obstacle away."""

    wait = "wait"
    open_model = "open_model"
    load_again = "load_again"
    remove_pictures = "remove_pictures"


@dataclass(frozen=True)
class Obstacle:
    """What is in the way, and what helps."""

    sentence: str
    remedy: Remedy


def find_obstacle(
    engine: EngineState, attachments: Attachments, conversation: Conversation, *, answering: bool
) -> Obstacle | None:
    """Name the first thing in the way of sending; None where there is none."""
    return (
        _of_engine(engine)
        or _of_pictures(engine, attachments)
        or _of_conversation(conversation)
        or (
            Obstacle(translate("Obstacle", "The answer is still being written"), Remedy.wait)
            if answering
            else None
        )
    )


def find_branch_obstacle(
    engine: EngineState, answer: Answer, *, answering: bool, shown: bool
) -> str:
    """Tell what is in the way of another answer that begins as this one did; empty for nothing."""
    if answering:
        return translate("Obstacle", "The answer is still being written")
    if engine.info is None:
        return translate("Obstacle", "No model is open")
    if not shown:
        return translate("Obstacle", "This answer is not part of the open chat")
    if answer.trace.model != traced_model(engine.info):
        if not answer.model.name:
            return translate("Obstacle", "The tokens of this answer are not known: ask again")
        sentence = translate("Obstacle", "{name} wrote this answer: open that model to go on")
        return sentence.format(name=answer.model.name)
    return ""


def _of_engine(engine: EngineState) -> Obstacle | None:
    if engine.phase is EnginePhase.loading:
        return Obstacle(translate("Obstacle", "Loading the model…"), Remedy.wait)
    if engine.phase is EnginePhase.lost:
        return Obstacle(translate("Obstacle", "The engine is starting again"), Remedy.wait)
    if engine.can_load_again:
        return Obstacle(translate("Obstacle", "The model is not loaded"), Remedy.load_again)
    if engine.phase is not EnginePhase.ready:
        return Obstacle(translate("Obstacle", "No model is open"), Remedy.open_model)
    return None


def _of_conversation(conversation: Conversation) -> Obstacle | None:
    if not conversation.loaded:
        return Obstacle(translate("Obstacle", "The chat is being opened"), Remedy.wait)
    if any(isinstance(each, RestoredPicture) and each.reading for each in conversation.pictures):
        sentence = translate("Obstacle", "The pictures of this chat are being read")
        return Obstacle(sentence, Remedy.wait)
    return None


def _of_pictures(engine: EngineState, attachments: Attachments) -> Obstacle | None:
    phases = {attachment.phase for attachment in attachments.items}
    if AttachmentPhase.refused in phases:
        return Obstacle(
            translate("Obstacle", "A picture could not be read: remove it to go on"),
            Remedy.remove_pictures,
        )
    if phases and engine.info is not None and not engine.info.sees:
        sentence = translate(
            "Obstacle", "This model cannot see: remove the picture or open a model with a projector"
        )
        return Obstacle(sentence, Remedy.remove_pictures)
    if AttachmentPhase.reading in phases:
        return Obstacle(translate("Obstacle", "The picture is still being read"), Remedy.wait)
    return None
