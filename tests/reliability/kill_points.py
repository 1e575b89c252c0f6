"""Die, or meet a full or failing disk, at every single write of everything a person does.

    python -m tests.reliability.kill_points                      # every point, some 40 minutes
    python -m tests.reliability.kill_points --stride 20          # each 20th
    python -m tests.reliability.kill_points --script stream --fault ENOSPC

Each script of `archive_scripts` runs in a process of its own, and strace ends it by SIGKILL at the
n-th call of each system call that changes files, for n = 1, 2, … until it survives. Likewise the
disk is full (ENOSPC) or fails (EIO) from the n-th call on. After each of them the archive must open
within 5 s, without a salvage, be whole by SQLite's own check, and hold all that was promised.

Seen to fail on planted bugs: `Archive._writing` without its transaction ("chat 1 is empty"),
`PRAGMA journal_mode = OFF` ("the archive had to be salvaged"), a picture that is written without
its temporary name ("the picture 3f0c1d2e is not whole"). It found that an archive that was
killed while its first tables were made did not open again ("no such table: chat").
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from perhaps.archive.backups import backup_files
from perhaps.archive.opening import BACKUPS, FILE
from perhaps.archive.schema import VERSION_1
from perhaps.archive.store import Archive
from perhaps.errors import ArchiveError
from tests.reliability import report
from tests.reliability.archive_scripts import SCRIPTS

FAULTS = ("KILL", "ENOSPC", "EIO")
OPEN_SECONDS = 5.0
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "mkdir")
MOST_POINTS = 2000
"""Of one system call; a script that writes more often never survives."""
OLD_CHATS = 30


@dataclass(frozen=True)
class Point:
    """The n-th call of a system call in a script, and what happens there."""

    script: str
    fault: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.script}, {self.fault} at {self.call} {self.number}"


@dataclass
class Tally:
    """What was seen over all points."""

    points: Counter[str] = field(default_factory=Counter)
    promises: int = 0
    refusals: int = 0
    openings: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def available() -> str:
    """Say why strace cannot be used here; nothing where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = subprocess.run(["strace", "-qq", "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {probe.stderr.strip()}" if probe.returncode else ""


def endure(
    script: str,
    fault: str,
    stride: int,
    seed: int,
    tally: Tally,
    calls: tuple[str, ...] = CALLS,
) -> None:
    """Go through the points of one script; with a stride, through a part of them by chance."""
    dice = random.Random(f"{seed} {script} {fault}")
    for call in calls:
        number = 1 if stride == 1 else dice.randint(1, stride)
        while number < MOST_POINTS and _try(Point(script, fault, call, number), tally):
            number += 1 if stride == 1 else dice.randint(1, 2 * stride - 1)


def _try(point: Point, tally: Tally) -> bool:
    """Try one point; False where the script ended before it came to it."""
    with tempfile.TemporaryDirectory(prefix="kill-points-") as place:
        folder = Path(place) / "archive"
        before = _prepare(folder, point.script)
        promises, struck = _run(point, folder)
        try:
            seconds = _check(folder, before + promises, point)
        except (AssertionError, ArchiveError, apsw.Error) as error:
            tally.failures.append(f"{point}: {error}")
            _keep(folder, point)
        else:
            tally.openings.append(seconds)
    tally.points[point.fault] += struck
    tally.promises += sum(promise[0] != "refused" for promise in promises)
    tally.refusals += sum(promise[0] == "refused" for promise in promises)
    return struck


def _prepare(folder: Path, script: str) -> list[list[Any]]:
    """Lay out what the script begins with; gives what was promised of it."""
    if script != "migrate":
        return []
    folder.mkdir()
    connection = apsw.Connection(str(folder / FILE))
    connection.execute(VERSION_1)
    promises = []
    with connection:
        for number in range(1, OLD_CHATS + 1):
            text = f"old text {number} " * 20
            connection.execute("INSERT INTO chat VALUES (?, 'Old', 1, 1, NULL)", (number,))
            connection.execute(
                "INSERT INTO message VALUES (?, ?, NULL, 'user', ?, 1, 1, '{}')",
                (1000 + number, number, text),
            )
            promises.append(["is", 1000 + number, text])
        connection.pragma("user_version", 1)
    connection.close()
    return promises


def _run(point: Point, folder: Path) -> tuple[list[list[Any]], bool]:
    """Run a script up to its point; gives its promises, and whether the point was reached."""
    what = "signal=KILL" if point.fault == "KILL" else f"error={point.fault}"
    when = str(point.number) if point.fault == "KILL" else f"{point.number}+"
    trace = folder.parent / "trace"
    command = [
        *("strace", "-qq", "-o", str(trace), "-e", f"trace={point.call}"),
        *("-e", f"inject={point.call}:{what}:when={when}"),
        *(sys.executable, "-m", "tests.reliability.archive_scripts", point.script, str(folder)),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=Path(__file__).parents[2],
    )
    struck = "INJECTED" in trace.read_text() or done.returncode in (-9, 137)
    promises = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("]")]
    # The promises go through `write` as well, and a pipe that breaks is no fault of the disk.
    if point.fault != "KILL" and done.returncode != 0 and point.call != "write":
        promises.append(["crashed", done.stderr.strip().splitlines()[-1:]])
    return promises, struck


def _check(folder: Path, promises: list[list[Any]], point: Point) -> float:
    """Open the archive as the next start does; gives the seconds that took."""
    began = time.monotonic()
    archive = Archive(folder)
    seconds = time.monotonic() - began
    try:
        assert archive.opened.set_aside is None, "the archive had to be salvaged"
        assert seconds <= OPEN_SECONDS, f"it took {seconds:.1f} s to open"
        _check_whole(archive)
        _check_pairs(archive, point.script)
        for promise in promises:
            _check_promise(archive, *promise)
        _check_pictures(folder)
        _check_backups(folder)
    finally:
        archive.close()
    return seconds


def _check_whole(archive: Archive) -> None:
    connection = archive._connection
    assert connection.pragma("integrity_check") == "ok", "integrity"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign keys"
    connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")


def _check_pairs(archive: Archive, script: str) -> None:
    """What belongs together is there together or not at all."""
    for chat in archive.chats():
        kept = archive.messages(chat.id, deleted=True)
        assert kept, f"chat {chat.id} is empty"
        parents = {each.parent for each in kept}
        alone = [each.id for each in kept if each.role == "user" and each.id not in parents]
        assert not alone or script == "migrate", f"questions without an answer: {alone}"


def _check_promise(archive: Archive, kind: str, *values: Any) -> None:
    everything = {
        each.id: each
        for chat in (*archive.chats(), *archive.chats(deleted=True))
        for each in archive.messages(chat.id, deleted=True)
    }
    match kind:
        case "is":
            kept = everything.get(values[0])
            assert kept is not None, f"promised and lost: {values[0]}"
            assert kept.text == values[1], f"message {values[0]} is another text"
        case "begins":
            kept = everything.get(values[0])
            assert kept is not None, f"promised and lost: {values[0]}"
            assert kept.text.startswith(values[1]), f"message {values[0]} lost what was written"
            assert archive.trace(values[0]), f"message {values[0]} lost its trace"
        case "deleted":
            assert values[0] not in [chat.id for chat in archive.chats()], "it came back"
        case "alive":
            deleted = [chat.id for chat in archive.chats(deleted=True)]
            assert values[0] not in deleted, "it was not restored"
        case "hidden":
            # One that was never written cannot come back either.
            kept = everything.get(values[0])
            assert kept is None or kept.deleted is not None, "a message came back"
        case "pictures":
            for picture in everything[values[0]].pictures:
                try:
                    archive.pictures.read(picture.content)
                except ArchiveError:
                    raise AssertionError(
                        f"the picture of message {values[0]} is not whole"
                    ) from None
        case "crashed":
            raise AssertionError(f"no sentence but {values[0]}")


def _check_pictures(folder: Path) -> None:
    """What has the name of a picture is that picture, or it would never be written again."""
    for path in folder.glob("pictures/??/*"):
        if path.suffix != ".part":
            whole = hashlib.sha256(path.read_bytes()).hexdigest() == path.name
            assert whole, f"the picture {path.name[:8]} is not whole"


def _check_backups(folder: Path) -> None:
    for path in backup_files(folder / BACKUPS):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        assert connection.pragma("integrity_check") == "ok", f"the backup {path.name} is damaged"
        connection.close()


def _keep(folder: Path, point: Point) -> None:
    name = f"kill-{point.script}-{point.fault}-{point.call}-{point.number}"
    with suppress(OSError):
        shutil.copytree(folder, report.KEPT / name, dirs_exist_ok=True)


def main() -> int:
    parser = report.arguments_of(__doc__, trials=0)
    parser.add_argument("--stride", type=int, default=1, help="try about each n-th point")
    parser.add_argument("--script", choices=SCRIPTS, action="append")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    parser.add_argument("--call", choices=CALLS, action="append")
    options = parser.parse_args()
    if reason := available():
        report.say(reason)
        return 2
    tally = Tally()
    for script in options.script or SCRIPTS:
        for fault in options.fault or FAULTS:
            before = sum(tally.points.values())
            endure(script, fault, options.stride, options.seed, tally, tuple(options.call or CALLS))
            report.say(f"{script}, {fault}: {sum(tally.points.values()) - before} points")
    numbers = {
        "points": dict(tally.points),
        "promises": tally.promises,
        "refusals": tally.refusals,
        "opening_ms": report.summary(tally.openings),
    }
    return report.finish("kill_points", options.seed, numbers, tally.failures)


if __name__ == "__main__":
    sys.exit(main())
