"""What was deleted in the last 30 days, also in earlier runs, and how it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.archive.records import Deletion
    from perhaps.archive.store import Archive
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.chats import Chats


class Deletions(QObject):
    """Chats, and questions and answers of other chats."""

    listed = Signal(object)
    """`(list[Deletion])`, latest first."""
    restored = Signal(object)
    """`(int)`: this chat came back, or something in it."""
    failed = Signal(str)
    """One sentence."""

    def __init__(self, archive: ArchiveLink, chats: Chats, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._archive = archive
        self._chats = chats

    def refresh(self) -> None:
        """Look what there is; `listed` follows."""

        def take(found: list[Deletion] | ArchiveError) -> None:
            if isinstance(found, ArchiveError):
                self.failed.emit(str(found))
            else:
                self.listed.emit(found)

        self._archive.read(lambda archive: archive.deletions(), take)

    def restore(self, deletions: Sequence[Deletion]) -> None:
        """Bring things back; `listed` follows with what is left."""

        def job(archive: Archive) -> None:
            for each in deletions:
                archive.undo_deletion(each)

        def take(result: ArchiveError | None) -> None:
            if isinstance(result, ArchiveError):
                self.failed.emit(str(result))
                return
            for each in deletions:
                self._chats.come_back(each.chat.id, whole=each.message is None)
                self.restored.emit(each.chat.id)
            self.refresh()

        # As a read, since a disk that refuses is told at once; nothing would wait for it.
        self._archive.read(job, take)
