"""What a person does with chats, as scripts that tell each thing as soon as it is promised.

    python -m tests.reliability.archive_scripts send FOLDER

Each line on stdout is a promise: from then on it must hold, whatever happens to this process.
A disk that refuses is told by a line too, and the script goes on. `opened` and `all` tell that
the archive was opened, and that nothing waits in the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perhaps.archive import backups
from perhaps.archive.drafts import EMPTY, Draft, DraftPicture
from perhaps.archive.exchange.bundle import write_bundle
from perhaps.archive.exchange.importing import import_file
from perhaps.archive.failures import NoRoomError
from perhaps.archive.records import Chat, KeptPicture, Message, TraceChunk
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURE = bytes(range(256)) * 40
TURNS = 4
CHUNKS = 5


def promise(kind: str, *values: Any) -> None:
    """Tell what now must be true; one write, so that a line is there whole or not at all."""
    os.write(1, (json.dumps([kind, *values]) + "\n").encode())


def chat(number: int = 1, title: str = "A chat") -> Chat:
    return Chat(number, title, 1000, 1000)


def message(number: int, role: str, text: str, parent: int | None = None, **more: Any) -> Message:
    values = {"created": 1000 + number, "chosen": 1000 + number, **more}
    return Message(number, values.pop("chat", 1), parent, role, text, **values)  # type: ignore[arg-type]


def words(number: int) -> str:
    return f"number {number} " + "with words enough for a page or two " * (number % 7)


def pair(number: int, **more: Any) -> list[Message]:
    """A question and its answer, after those before."""
    parent = 10 * (number - 1) + 1 if number > 1 else None
    question = message(10 * number, "user", f"Question {words(number)}", parent, **more)
    return [question, message(10 * number + 1, "assistant", words(number), 10 * number)]


def send(archive: Archive) -> None:
    for number in range(1, TURNS + 1):
        both = pair(number)
        attempt(lambda both=both: archive.put_messages(both, chat()), *said(both))


def stream(archive: Archive) -> None:
    question, answer = pair(1)
    beginning = message(11, "assistant", "", 10, finished=False)
    attempt(lambda: archive.put_messages([question, beginning], chat()), *said([question]))
    text = ""
    for index in range(CHUNKS):
        text += words(index + 5)
        chunk = TraceChunk(index, bytes([index]) * 3000)
        attempt(
            lambda text=text, chunk=chunk: archive.put_text(11, text, chunk),
            ("begins", 11, text),
        )
    attempt(lambda: archive.finish(11, text, '{"end": 1}', b"t" * 9000), ("is", 11, text))
    assert answer.id == 11


def edit(archive: Archive) -> None:
    both = pair(1)
    attempt(lambda: archive.put_messages(both, chat()), *said(both))
    for number in range(2, 5):
        other = [
            message(10 * number, "user", f"Edited {words(number)}"),
            message(10 * number + 1, "assistant", words(number), 10 * number),
        ]
        attempt(lambda other=other: archive.put_messages(other), *said(other))
        attempt(lambda: archive.choose(10))


def regenerate(archive: Archive) -> None:
    both = pair(1)
    attempt(lambda: archive.put_messages(both, chat()), *said(both))
    for number in range(2, 5):
        other = message(10 + number, "assistant", words(number), 10)
        attempt(lambda other=other: archive.put_messages([other]), *said([other]))


def delete(archive: Archive) -> None:
    for number in range(1, 5):
        first = message(10 * number, "user", words(number), chat=number)
        second = message(10 * number + 1, "assistant", words(number), 10 * number, chat=number)
        kept = chat(number, f"Chat {number}")
        attempt(
            lambda kept=kept, both=(first, second): archive.put_messages(both, kept),
            *said([first, second]),
        )
    attempt(lambda: archive.delete_chat(2), ("deleted", 2))
    attempt(lambda: archive.delete_chat(3))
    attempt(lambda: archive.restore_chat(3), ("alive", 3))
    attempt(lambda: archive.delete_message(41, 7), ("hidden", 41))


def attach(archive: Archive) -> None:
    for number in range(1, TURNS + 1):
        data = PICTURE + bytes([number])

        def keep(number: int = number, data: bytes = data) -> None:
            content = archive.pictures.keep(data)
            picture = KeptPicture(f"{number}.png", content, "0" * 64, 4, 3, 8, 6)
            archive.put_messages(pair(number, pictures=(picture,)), chat())

        attempt(keep, *said(pair(number)), ("pictures", 10 * number))


def draft(archive: Archive) -> None:
    """Write a question with a picture that is exchanged, then send it."""
    for number in range(1, TURNS + 1):
        data = PICTURE + bytes([number])

        def keep(number: int = number, data: bytes = data) -> None:
            content = archive.pictures.keep(data)
            archive.put_draft(Draft(f"{number}", (DraftPicture("a.png", content),)))

        attempt(keep, ("draft", number))
    content = hashlib.sha256(PICTURE + bytes([TURNS])).hexdigest()
    asked = pair(1, pictures=(KeptPicture("a.png", content, "0" * 64, 4, 3, 8, 6),))
    attempt(lambda: archive.put_messages(asked, chat()), *said(asked), ("pictures", 10))
    attempt(lambda: archive.put_draft(EMPTY), ("draft", None))


def migrate(_archive: Archive) -> None:
    """Opening did it; what the old version held was promised long ago."""


def back_up(archive: Archive) -> None:
    both = pair(1)
    attempt(lambda: archive.put_messages(both, chat()), *said(both))
    now = time.time()
    folder = archive.folder / "backups"
    for day in range(3):
        when = now + day * 86400
        attempt(lambda when=when: backups.back_up(archive._connection, folder, when))
    attempt(lambda: backups.thin(folder, now + 3 * 86400))


IMPORTED = range(1, 4)


def write_import_file(folder: Path) -> None:
    """Lay out beside the archive what the script imports."""
    source = Archive(None)
    for number in IMPORTED:
        data = PICTURE + bytes([number])
        content = source.pictures.keep(data)
        picture = KeptPicture(f"{number}.png", content, "0" * 64, 4, 3, 8, 6)
        both = [
            message(10 * number, "user", words(number), chat=number, pictures=(picture,)),
            message(10 * number + 1, "assistant", words(3), 10 * number, chat=number),
        ]
        source.put_messages(both, chat(number))
    write_bundle(source, source.chats(), folder.parent / "import.zip")
    source.close()


def import_chats(archive: Archive) -> None:
    promises = [("is", 10 * n, words(n)) for n in IMPORTED]
    promises += [("pictures", 10 * n) for n in IMPORTED]
    attempt(lambda: import_file(archive, archive.folder.parent / "import.zip"), *promises)


SCRIPTS: dict[str, Callable[[Archive], None]] = {
    "send": send,
    "stream": stream,
    "edit": edit,
    "regenerate": regenerate,
    "delete": delete,
    "attach": attach,
    "draft": draft,
    "import": import_chats,
    "migrate": migrate,
    "backup": back_up,
}


def said(messages: list[Message]) -> list[tuple[Any, ...]]:
    return [("is", each.id, each.text) for each in messages]


_waiting: deque[tuple[Callable[[], Any], tuple[tuple[Any, ...], ...]]] = deque()


def attempt(write: Callable[[], Any], *promises: tuple[Any, ...]) -> None:
    """Write, and only then promise; as the window does it, what has no room goes before it."""
    _waiting.append((write, promises))
    while _waiting:
        first, then = _waiting[0]
        try:
            first()
        except ArchiveError as error:
            promise("refused", type(error).__name__, str(error))
            if isinstance(error, NoRoomError):
                return
            then = ()
        _waiting.popleft()
        for each in then:
            promise(*each)


def run(name: str, folder: Path) -> None:
    """Do what a script does with the archive in a folder; what waits gets a last chance."""
    try:
        archive = Archive(folder)
        promise("opened")
        SCRIPTS[name](archive)
        attempt(lambda: None)
        if not _waiting:
            promise("all")
        archive.close()
    except ArchiveError as error:
        promise("refused", type(error).__name__, str(error))


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
