"""Open archives whose file was damaged in a hundred ways.

    python -m tests.reliability.damaged_archives --trials 100 --seed 1

Each trial writes an archive, then damages the bytes of its file: bits flipped, pages overwritten or
swapped, the end cut off, the header gone, tables dropped. Half of them have a backup, half ended
cleanly. What must hold: it opens within 5 s; the damaged bytes are still there, in place or set
aside; every row that stands on no damaged page is there as it was (SQLite's `dbstat` tells how many
rows a page holds); with a backup, every row is there.

Seen to fail on planted bugs: a copy that is set aside without its last page ("the damaged file was
changed"), a reader that does not follow overflow pages ("4 rows lost on 1 pages that hold 0").
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import apsw

from perhaps.archive.failures import DamagedArchiveError
from perhaps.archive.opening import DAMAGED, FILE, OPEN_MARK
from perhaps.archive.records import TraceChunk
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError
from tests.archive.builders import a_picture, fill
from tests.reliability import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.archive.records import Message

PAGE = 4096
OPEN_SECONDS = 5.0
CHATS = 12
LONG = 3000
"""Words of the messages that need overflow pages."""


@dataclass
class Tally:
    """What was seen over all trials."""

    noticed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    rows: int = 0
    openings: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def flip_bits(data: bytearray, dice: Random) -> set[int]:
    """A few bits anywhere."""
    touched = set()
    for _ in range(dice.choice((1, 8, 64))):
        place = dice.randrange(len(data))
        data[place] ^= 1 << dice.randrange(8)
        touched.add(place // PAGE)
    return touched


def zero_pages(data: bytearray, dice: Random) -> set[int]:
    return _overwrite(data, dice, lambda: bytes(PAGE))


def spoil_pages(data: bytearray, dice: Random) -> set[int]:
    return _overwrite(data, dice, lambda: dice.randbytes(PAGE))


def swap_pages(data: bytearray, dice: Random) -> set[int]:
    """Two pages in each other's place, as a lost write of a disk leaves them."""
    one, other = dice.sample(range(1, len(data) // PAGE), 2)
    a, b = slice(one * PAGE, (one + 1) * PAGE), slice(other * PAGE, (other + 1) * PAGE)
    data[a], data[b] = data[b], data[a]
    return {one, other}


def cut_off(data: bytearray, dice: Random) -> set[int]:
    end = dice.randrange(1, len(data))
    touched = set(range(end // PAGE, len(data) // PAGE))
    del data[end:]
    return touched


def spoil_header(data: bytearray, dice: Random) -> set[int]:
    end = dice.choice((16, 100))
    data[:end] = dice.randbytes(end)
    return {0}


def spoil_schema(data: bytearray, dice: Random) -> set[int]:
    """The first page behind its header: what tables there are."""
    data[100:PAGE] = dice.randbytes(PAGE - 100)
    return {0}


def _overwrite(data: bytearray, dice: Random, content: Callable[[], bytes]) -> set[int]:
    count = dice.randint(1, 6)
    touched = set(dice.sample(range(len(data) // PAGE), count))
    for page in touched:
        data[page * PAGE : (page + 1) * PAGE] = content()
    return touched


KINDS = (flip_bits, zero_pages, spoil_pages, swap_pages, cut_off, spoil_header, spoil_schema)


def endure(trials: int, seed: int) -> Tally:
    """Damage and open as many archives."""
    tally = Tally()
    for trial in range(trials):
        with tempfile.TemporaryDirectory(prefix="damaged-") as place:
            folder = Path(place) / "archive"
            dice = Random(f"{seed} {trial}")
            kind = KINDS[trial % len(KINDS)]
            try:
                _try(folder, kind, dice, tally)
            except (AssertionError, ArchiveError, apsw.Error) as error:
                tally.failures.append(f"trial {trial}, {kind.__name__}: {error}")
                with suppress(OSError):
                    shutil.copytree(folder, report.KEPT / f"damaged-{seed}-{trial}")
    return tally


def _try(folder: Path, kind: Callable[..., set[int]], dice: Random, tally: Tally) -> None:
    with_backup, clean = dice.random() < 0.5, dice.random() < 0.5
    written = _write(folder, dice, with_backup=with_backup)
    path = folder / FILE
    holds = _rows_of_pages(path)
    data = bytearray(path.read_bytes())
    touched = kind(data, dice)
    path.write_bytes(data)
    if not clean:
        (folder / OPEN_MARK).write_text("1")
    began = time.monotonic()
    archive = Archive(folder)
    tally.openings.append(time.monotonic() - began)
    try:
        archive, found = _read(archive, folder)
    finally:
        archive.close()
    tally.kinds[kind.__name__] += 1
    tally.noticed += archive.opened.set_aside is not None
    assert tally.openings[-1] <= OPEN_SECONDS, "it took too long to open"
    _check_preserved(folder, bytes(data), archive)
    most = sum(holds.get(page + 1, 0) for page in touched)
    lost = sum(found.get(each.id) != each.text for each in written)
    tally.lost += lost
    tally.rows += len(written)
    assert lost <= most, f"{lost} rows lost on {len(touched)} pages that hold {most}"
    if with_backup and archive.opened.set_aside is not None:
        gone = [each.id for each in written if each.id not in found]
        assert not gone, f"{len(gone)} rows of the backup were not restored"


def _write(folder: Path, dice: Random, *, with_backup: bool) -> list[Message]:
    archive = Archive(folder)
    written = fill(archive, CHATS, turns=3)
    written += fill(archive, 2, turns=1, words=LONG)
    messages = [message for _, each in written for message in each]
    for message in dice.sample(messages, 6):
        archive.put_text(message.id, message.text, TraceChunk(0, dice.randbytes(9000)))
    archive.pictures.keep(b"a picture")
    assert a_picture().name
    if with_backup:
        archive.back_up_if_due()
    archive.close()
    return messages


def _rows_of_pages(path: Path) -> dict[int, int]:
    """How many messages would go with each page: those on it, or all below it."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    rows = connection.execute(
        "SELECT pageno, ncell, pagetype FROM dbstat WHERE name IN ('message', 'chat')"
    )
    holds = {}
    for page, cells, kind in rows:
        # What a damaged inner page points to is found by going through all pages.
        holds[page] = {"leaf": cells, "overflow": 1, "internal": 0}[kind]
    connection.close()
    return holds


def _read(archive: Archive, folder: Path) -> tuple[Archive, dict[int, str]]:
    """Read everything; damage that shows only now is salvaged as the archive's thread does."""
    try:
        archive.check_rest()
        return archive, _texts(archive)
    except DamagedArchiveError:
        archive.abandon()
        archive = Archive(folder, suspect=True)
        return archive, _texts(archive)


def _texts(archive: Archive) -> dict[int, str]:
    archive.search("word")
    return {
        message.id: message.text
        for chat in archive.chats()
        for message in archive.messages(chat.id, deleted=True)
    }


def _check_preserved(folder: Path, data: bytes, archive: Archive) -> None:
    aside = archive.opened.set_aside
    if aside is None:
        return
    assert aside.is_relative_to(folder / DAMAGED)
    first = sorted((folder / DAMAGED).iterdir())[0] / FILE
    assert first.is_file(), "the damaged file is gone"
    # Opening may have rolled back a journal or noted a use; there was no journal here.
    assert first.read_bytes() == data, "the damaged file was changed"


def main() -> int:
    options = report.arguments_of(__doc__, trials=100).parse_args()
    tally = endure(options.trials, options.seed)
    numbers = {
        "archives": sum(tally.kinds.values()),
        "noticed": tally.noticed,
        "rows": tally.rows,
        "rows_lost_with_their_pages": tally.lost,
        "opening_ms": report.summary(tally.openings),
    }
    return report.finish("damaged_archives", options.seed, numbers, tally.failures)


if __name__ == "__main__":
    sys.exit(main())
