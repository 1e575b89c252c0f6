"""The question that is being written: a small file beside the database, whole or absent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from perhaps.archive.failures import as_sentences
from perhaps.archive.pictures import sync_folder, write_whole
from perhaps.archive.writing import clean

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

FILE = "draft.json"


class DraftPicture(msgspec.Struct, frozen=True):
    """A picture that waits for its question."""

    name: str
    content: str
    """SHA-256 of its bytes, which name its file."""


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands in the composer."""

    text: str = ""
    pictures: tuple[DraftPicture, ...] = ()

    @property
    def contents(self) -> set[str]:
        """The hashes of its pictures."""
        return {picture.content for picture in self.pictures}


EMPTY = Draft()


def read_draft(folder: Path) -> Draft:
    """Give the draft of a folder, an empty one where there is none; raises ArchiveError."""
    path = folder / FILE
    with as_sentences(path):
        try:
            return msgspec.json.decode(path.read_bytes(), type=Draft)
        except FileNotFoundError:
            return EMPTY
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            # It was written whole, so somebody else wrote this; it stays until the next draft.
            log.info("no draft: %s", error)
            return EMPTY


def write_draft(folder: Path, draft: Draft) -> None:
    """Put a draft in the place of the one before; raises ArchiveError."""
    path = folder / FILE
    if draft == EMPTY:
        with as_sentences(path):
            path.unlink(missing_ok=True)
            sync_folder(folder)
        return
    pictures = tuple(DraftPicture(clean(each.name), each.content) for each in draft.pictures)
    write_whole(path, msgspec.json.encode(Draft(clean(draft.text), pictures)))
