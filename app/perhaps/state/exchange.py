"""Chats to files and from files, without the window waiting for either."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from perhaps.archive.exchange.bundle import bundle_in_steps
from perhaps.archive.exchange.importing import import_in_steps
from perhaps.archive.exchange.readable import to_html, to_markdown
from perhaps.archive.pictures import write_whole
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from perhaps.archive.exchange.intake import Imported
    from perhaps.archive.steps import Steps
    from perhaps.archive.store import Archive
    from perhaps.state.archive_link import ArchiveLink
    from perhaps.state.chats import Chats
    from perhaps.state.conversation import Conversation

BUNDLE, MARKDOWN, PAGE = ".zip", ".md", ".html"
"""What a chat can be exported as, by the ending of the file."""


class Exchange(QObject):
    """Each wish ends with one sentence about what came of it."""

    told = Signal(str)

    def __init__(self, archive: ArchiveLink, chats: Chats, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._archive = archive
        self._chats = chats

    @property
    def working(self) -> bool:
        """Whether chats are on their way to a file, or from one."""
        return self._archive.working > 0

    def give_up(self) -> None:
        """Leave that undone, so that nothing of it stays behind."""
        self._archive.give_up()

    def export_chat(self, conversation: Conversation, path: str) -> None:
        """Write one chat: everything of it as a zip file, or what is shown for reading."""
        number, target = conversation.number, Path(path)

        def job(archive: Archive) -> Steps[int]:
            chat = archive.chat(number)
            if target.suffix.lower() in (MARKDOWN, PAGE):
                write = to_markdown if target.suffix.lower() == MARKDOWN else to_html
                write_whole(target, write(archive, chat).encode())
                return 0
            return (yield from bundle_in_steps(archive, [chat], target))

        self._do(job, lambda missing: self._exported(target, missing))

    def back_up(self, path: str) -> None:
        """Write all chats into one file, those deleted lately too."""
        target = Path(path)

        def job(archive: Archive) -> Steps[int]:
            everything = archive.chats() + archive.chats(deleted=True)
            return (yield from bundle_in_steps(archive, everything, target))

        self._do(job, lambda missing: self._exported(target, missing))

    def import_file(self, path: str) -> None:
        """Bring in chats of Perhaps, llama.cpp's web page or LM Studio, or a backup of all."""
        source = Path(path)
        self._do(lambda archive: import_in_steps(archive, source), self._imported)

    def _do(self, job: Callable[[Archive], Steps[object]], reply: Callable[..., None]) -> None:
        def take(result: object) -> None:
            if isinstance(result, ArchiveError):
                self.told.emit(str(result))
            else:
                reply(result)

        self._archive.work(job, take)

    def _exported(self, path: Path, missing: int) -> None:
        name = path.name.encode("utf-8", "replace").decode()
        sentence = self.tr("Written to “{name}”.").format(name=name)
        if missing:
            lost = self.tr("{count} pictures were lost before and are not in it.")
            sentence += " " + lost.format(count=missing)
        self.told.emit(sentence)

    def _imported(self, what: Imported) -> None:
        for number in what.restored:
            self._chats.come_back(number, whole=True)
        self._chats.refresh()
        self.told.emit(" ".join(filter(None, self._sentences(what))))

    def _sentences(self, what: Imported) -> Iterator[str]:
        nothing = not (what.known or what.restored or what.deleted)
        if nothing and not what.chats:
            yield self.tr("No chat came in.")
        yield _counted(what.chats, self.tr("One chat came in."), self.tr("{count} chats came in."))
        yield _counted(
            len(what.restored),
            self.tr("One chat that was deleted is back."),
            self.tr("{count} chats that were deleted are back."),
        )
        yield _counted(
            what.deleted,
            self.tr("One chat was deleted in the file: look at “Recently deleted…”."),
            self.tr("{count} chats were deleted in the file: look at “Recently deleted…”."),
        )
        yield _counted(
            what.known,
            self.tr("One chat was here already and stays as it is."),
            self.tr("{count} chats were here already and stay as they are."),
        )
        if what.missing_pictures:
            missing = self.tr("Pictures that are not in the file: {count}.")
            yield missing.format(count=what.missing_pictures)


def _counted(count: int, one: str, many: str) -> str:
    """Give the sentence for a number of chats; an empty one for none."""
    return one if count == 1 else many.format(count=count) if count else ""
