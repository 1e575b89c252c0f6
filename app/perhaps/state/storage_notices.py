"""What a person must know about where the chats are kept, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.archive.opening import BACKUPS

if TYPE_CHECKING:
    from pathlib import Path

    from perhaps.archive.store import Archive
    from perhaps.archive.thread import Trouble
    from perhaps.state.archive_link import ArchiveLink


class StorageNotices(QObject):
    """Tells each trouble once, and that it is over."""

    told = Signal(str)
    """A sentence for the notice of the window."""

    def __init__(self, archive: ArchiveLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sentence = ""
        """What holds now; empty while all is kept."""
        self.trouble = ""
        """Why the disk does not take what is new, while it does not."""
        self.waiting = False
        """Whether what is new waits for the disk."""
        self.backups = ""
        """The folder of the automatic backups, as a person may read it; empty without any."""
        archive.opened.connect(self._on_opened)
        archive.trouble_changed.connect(self._on_trouble_changed)

    def _on_opened(self, archive: Archive) -> None:
        opened = archive.opened
        self.backups = _shown(archive.folder / BACKUPS) if archive.folder else ""
        if opened.newer:
            self._say(
                self.tr(
                    "Your chats were kept by a later version of Perhaps: they can be read here, "
                    "and new ones are not kept."
                )
            )
        elif opened.read_only:
            self._say(self.tr("Your chats may only be read: new ones are not kept."))
        elif opened.salvaged is not None:
            sentence = self.tr(
                "The file of your chats was damaged: {count} messages were saved, and the damaged "
                "file is kept in “{path}”."
            )
            path = _shown(opened.set_aside)
            self._say(sentence.format(count=opened.salvaged.messages, path=path))

    def _on_trouble_changed(self, trouble: Trouble | None) -> None:
        self.trouble = trouble.sentence if trouble else ""
        self.waiting = trouble is not None and trouble.waiting
        if trouble is None:
            self._say(self.tr("Your chats are kept again."))
            self.sentence = ""
        elif not trouble.opened:
            later = self.tr(
                "Your chats are shown once they can be opened; until then, what is new is in this "
                "window only."
            )
            self._say(f"{trouble.sentence} {later}")
        elif trouble.passing:
            self._say(f"{trouble.sentence} {self.tr('What you did last is not kept.')}")
        elif trouble.waiting:
            later = self.tr("Until then, what is new is in this window only.")
            self._say(f"{trouble.sentence} {later}")
        else:
            later = self.tr("What is new is lost when the window closes.")
            self._say(f"{trouble.sentence} {later}")

    def _say(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self.told.emit(sentence)


def _shown(path: Path | None) -> str:
    return str(path).encode("utf-8", "replace").decode()
