"""Why a question cannot be sent just now, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from perhaps.state.attachments import AttachmentPhase, Attachments
from perhaps.state.engine_state import EnginePhase, EngineState
from perhaps.state.restored_picture import RestoredPicture

if TYPE_CHECKING:
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
