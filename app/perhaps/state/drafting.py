"""Keeps the question that is being written, so that no crash takes it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from perhaps.archive.drafts import EMPTY, Draft, DraftPicture
from perhaps.errors import ArchiveError, ImageError
from perhaps.imaging.source import read_source
from perhaps.state.attachments import AttachmentPhase

if TYPE_CHECKING:
    from perhaps.archive.store import Archive
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.attachments import Attachment, Attachments

SOON_MS = 500
"""After a change, until it is on the disk."""


class Drafting(QObject):
    """Copies each picture as soon as it is attached, and the words as they are typed."""

    text_restored = Signal(str)
    """What stood in the field when the program ended."""

    def __init__(
        self, archive: ArchiveLink, attachments: Attachments, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._attachments = attachments
        self._text = ""
        self._written = EMPTY
        self._restored = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SOON_MS)
        self._timer.timeout.connect(self.flush)
        archive.opened.connect(self._restore)
        attachments.added.connect(self._copy)
        attachments.changed.connect(self._begin_to_wait)

    def note_text(self, text: str) -> None:
        """Take what stands in the field now."""
        if text != self._text:
            self._text = text
            self._begin_to_wait()

    def flush(self) -> None:
        """Write what there is, unless it is on its way already."""
        self._timer.stop()
        draft = self._draft()
        if not self._restored or draft == self._written:
            return
        self._written = draft
        # A later one takes the place of those that still wait for room on the disk.
        self._archive.write(
            lambda archive: archive.put_draft(draft) if draft is self._written else None
        )

    def _begin_to_wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draft(self) -> Draft:
        good = (a for a in self._attachments.items if a.phase is not AttachmentPhase.refused)
        pictures = [DraftPicture(a.name, a.copy.content) for a in good if a.copy.content]
        return Draft(self._text, tuple(pictures))

    def _copy(self, attachment: Attachment) -> None:
        source, copy = attachment.source, attachment.copy

        def job(archive: Archive) -> None:
            try:
                copy.content = archive.pictures.keep(read_source(source).data)
            except ImageError:
                # The engine refuses it as well, and tells why.
                copy.content = ""

        self._archive.write(job, lambda _: self._begin_to_wait())

    def _restore(self) -> None:
        """Read the draft of the run before, once; an archive may be opened again."""
        if not self._restored:
            self._archive.read(_read, self._take)

    def _take(self, found: tuple[Draft, list[bytes]] | ArchiveError) -> None:
        if self._restored:
            return
        self._restored = True
        if isinstance(found, ArchiveError):
            return
        self._written, pictures = found
        for picture, data in zip(self._written.pictures, pictures, strict=True):
            if data:
                self._attachments.add_bytes(data, picture.name)
        if text := self._written.text:
            self._text = f"{text}\n{self._text}" if self._text else text
            self.text_restored.emit(text)
        self._begin_to_wait()


def _read(archive: Archive) -> tuple[Draft, list[bytes]]:
    draft = archive.draft()
    return draft, [_bytes_of(archive, picture.content) for picture in draft.pictures]


def _bytes_of(archive: Archive, content: str) -> bytes:
    """Give a picture, or nothing where its file is gone."""
    try:
        return archive.pictures.read(content)
    except ArchiveError:
        return b""
