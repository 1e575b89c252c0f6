"""The pictures that wait in the composer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.state.turn import NamedPicture, PictureCopy

if TYPE_CHECKING:
    from perhaps.inference.protocol import Failure, Picture
    from perhaps.state.engine_link import EngineLink


class AttachmentPhase(StrEnum):
    """How far a picture has come."""

    reading = "reading"
    ready = "ready"
    refused = "refused"


class Attachment(QObject):
    """One picture on its way into a question."""

    changed = Signal()

    def __init__(self, source: str | bytes, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.name = name
        self.copy = PictureCopy()
        self.picture: Picture | None = None
        self.failure: Failure | None = None
        self.prepared_ms: float | None = None
        """What the engine took to read all that wait, once it has."""

    @property
    def phase(self) -> AttachmentPhase:
        """Reading until the engine host has spoken."""
        if self.failure is not None:
            return AttachmentPhase.refused
        return AttachmentPhase.reading if self.picture is None else AttachmentPhase.ready

    def note_prepared(self, milliseconds: float) -> None:
        """Take that the engine has read it ahead of the question."""
        self.prepared_ms = milliseconds
        self.changed.emit()


class Attachments(QObject):
    """The pictures in the order in which they were added.

    The window never decodes a picture: a path or bytes go to the engine host,
    and upright RGB pixels come back.
    """

    added = Signal(Attachment)
    removed = Signal(Attachment)
    changed = Signal()
    """Anything about any of them."""

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._items: list[Attachment] = []
        self._tickets: dict[int, Attachment] = {}
        link.picture_read.connect(self._on_picture_read)
        link.picture_refused.connect(self._on_picture_refused)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def items(self) -> tuple[Attachment, ...]:
        """All of them, in order."""
        return tuple(self._items)

    def add_path(self, path: str) -> Attachment:
        """Add a picture from a file."""
        return self._add(path, Path(path).name)

    def add_bytes(self, data: bytes, name: str) -> Attachment:
        """Add a picture from an encoded image, such as the clipboard gives."""
        return self._add(data, name)

    def remove(self, attachment: Attachment) -> None:
        """Take one out again."""
        if attachment in self._items:
            self._items.remove(attachment)
            self.removed.emit(attachment)
            self.changed.emit()
            attachment.deleteLater()

    def obstacles(self) -> tuple[Attachment, ...]:
        """Give those that must go before a question can be sent: the refused, else all."""
        refused = tuple(a for a in self._items if a.phase is AttachmentPhase.refused)
        return refused or self.items

    def remove_obstacles(self) -> None:
        """Take out what is in the way of sending."""
        for attachment in self.obstacles():
            self.remove(attachment)

    def clear(self) -> None:
        """Take all of them out."""
        gone, self._items = self._items, []
        for attachment in gone:
            self.removed.emit(attachment)
            attachment.deleteLater()
        if gone:
            self.changed.emit()

    def read_again(self) -> None:
        """Read the good ones anew, as another model takes them differently."""
        self._tickets.clear()
        for attachment in self._items:
            if attachment.failure is None:
                attachment.picture = None
                attachment.prepared_ms = None
                self._read(attachment)
                attachment.changed.emit()
        self.changed.emit()

    def named_pictures(self) -> tuple[NamedPicture, ...]:
        """Give those that are ready."""
        return tuple(
            NamedPicture(a.name, a.picture, a.source, a.copy) for a in self._items if a.picture
        )

    def _add(self, source: str | bytes, name: str) -> Attachment:
        attachment = Attachment(source, name, self)
        self._items.append(attachment)
        self._read(attachment)
        self.added.emit(attachment)
        self.changed.emit()
        return attachment

    def _read(self, attachment: Attachment) -> None:
        self._tickets[self._link.read_picture(attachment.source)] = attachment

    def _on_picture_read(self, ticket: int, picture: Picture) -> None:
        attachment = self._tickets.pop(ticket, None)
        if attachment in self._items and attachment is not None:
            attachment.picture = picture
            self._announce(attachment)

    def _on_picture_refused(self, ticket: int, failure: Failure) -> None:
        attachment = self._tickets.pop(ticket, None)
        if attachment in self._items and attachment is not None:
            attachment.failure = failure
            self._announce(attachment)

    def _announce(self, attachment: Attachment) -> None:
        attachment.changed.emit()
        self.changed.emit()
