"""Reading what `bundle` wrote, whoever had it in between."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

import msgspec

from perhaps.archive.exchange.bundle import CHATS_FILE, FORMAT, VERSION, Bundle
from perhaps.archive.exchange.intake import Incoming
from perhaps.archive.failures import as_sentences
from perhaps.archive.records import Chat, Message, TraceChunk
from perhaps.archive.tree import parents_first
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from perhaps.archive.exchange.bundle import BundledChat, BundledMessage

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,  # a method of compression that Python lacks
    RuntimeError,  # encrypted
)
"""What zipfile raises over a member that it cannot read."""
MOST_JSON = 2**30
MOST_PICTURE = 50 * 2**20
MOST_TRACE = 2**28
MOST_TOKENS = 2**31


def read_bundle(path: Path) -> OpenBundle:
    """Open a file that `write_bundle` wrote; raises ArchiveError for anything else."""
    with as_sentences(path):
        try:
            file = zipfile.ZipFile(path)
        except zipfile.BadZipFile:
            raise ArchiveError(f"“{path.name}” is no whole zip file: export it again.") from None
    try:
        return OpenBundle(file, path)
    except BaseException:
        file.close()
        raise


class OpenBundle:
    """A zip file of chats, whose pictures and traces are read one by one."""

    def __init__(self, file: zipfile.ZipFile, path: Path) -> None:
        self._file = file
        self._path = path
        self._sizes = {info.filename: info.file_size for info in file.infolist()}
        self.bundle = self._read_chats()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def picture(self, content: str) -> bytes | None:
        """Give the bytes of a picture; None where the file does not hold them."""
        name = f"pictures/{content}"
        return self._read(name, MOST_PICTURE) if name in self._sizes else None

    def chat(self, chat: BundledChat) -> Incoming:
        """Give one of its chats; the traces are read as they are asked for."""
        messages = parents_first(chat.messages)
        beginnings = {each.id: each.traces for each in messages}
        return Incoming(
            Chat(chat.id, chat.title, chat.created, chat.changed, chat.pinned, chat.deleted),
            [_message(chat.id, each) for each in messages],
            lambda message: self._trace(message, beginnings[message]),
        )

    def _trace(self, message: int, beginnings: Sequence[int]) -> Iterator[TraceChunk]:
        """Give the chunks of the trace of a message, as far as they are there."""
        for first in beginnings:
            name = f"traces/{message}.{first}"
            if name in self._sizes and 0 <= first < MOST_TOKENS:
                yield TraceChunk(first, self._read(name, MOST_TRACE))

    def _read_chats(self) -> Bundle:
        if CHATS_FILE not in self._sizes:
            raise ArchiveError(f"There are no chats of Perhaps in “{self._path.name}”.")
        try:
            bundle = msgspec.json.decode(self._read(CHATS_FILE, MOST_JSON), type=Bundle)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ArchiveError(
                f"The chats in “{self._path.name}” cannot be read ({error})."
            ) from None
        if bundle.format != FORMAT or bundle.version > VERSION:
            raise ArchiveError(
                f"“{self._path.name}” was written by a later version of Perhaps: update it first."
            )
        return bundle

    def _read(self, name: str, most: int) -> bytes:
        """Read a member that is not larger than it may be, whatever its header says."""
        buffer = io.BytesIO()
        try:
            with self._file.open(name) as member:
                while piece := member.read(2**20):
                    buffer.write(piece)
                    if buffer.tell() > most:
                        raise ArchiveError(f"“{name}” in “{self._path.name}” is too large.")
        except UNREADABLE:
            raise ArchiveError(
                f"“{name}” in “{self._path.name}” is damaged: export it again."
            ) from None
        return buffer.getvalue()


def _message(chat: int, message: BundledMessage) -> Message:
    return Message(
        id=message.id,
        chat=chat,
        parent=message.parent,
        role=message.role,
        text=message.text,
        created=message.created,
        chosen=message.chosen,
        facts=bytes(message.facts).decode(),
        pictures=message.pictures,
        deleted=message.deleted,
    )
