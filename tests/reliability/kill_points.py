"""Die, or meet a full or failing disk, at every single write of everything a person does.

    python -m tests.reliability.kill_points                      # every point, some 4 minutes
    python -m tests.reliability.kill_points --stride 20          # each 20th
    python -m tests.reliability.kill_points --script stream --fault ENOSPC

Each script of `archive_scripts` runs in a process of its own, and strace ends it by SIGKILL at the
n-th call of each system call that changes files, for n = 1, 2, … until it survives. Likewise the
disk is full (ENOSPC) or fails (EIO) from the n-th call on, or fails at that one only. After each of
them the archive must open within 5 s, without a salvage, be whole by SQLite's own check, and hold
all that was promised. The calls of each script, each tried in four ways:

    send 201, stream 274, edit 234, regenerate 198, delete 252, attach 279, draft 155, import 137,
    migrate 55, backup 170

Seen to fail on planted bugs: `Archive._writing` without its transaction ("chat 1 is empty"),
`PRAGMA journal_mode = OFF` ("the archive had to be salvaged"), a picture that is written without
its temporary name ("the picture 3f0c1d2e is not whole"). It found that an archive that was
killed while its first tables were made did not open again ("no such table: chat").

What a full disk refuses must be tried again, not given up: seen to fail where the end of a
transaction that SQLite had rolled back by itself hid the reason ("refused for good").
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from perhaps.archive.opening import FILE
from perhaps.archive.schema import VERSION_1
from perhaps.errors import ArchiveError
from tests.reliability import archive_checks, report
from tests.reliability.archive_scripts import SCRIPTS, write_import_file
from tests.reliability.forked_scripts import ScriptServer, available

if TYPE_CHECKING:
    import argparse

FAULTS = {
    "KILL": ("signal=KILL", ""),
    "ENOSPC": ("error=ENOSPC", "+"),
    "EIO": ("error=EIO", "+"),
    "GLITCH": ("error=EIO", ""),
}
"""What strace does at a call, and whether at all later ones too; a glitch passes."""
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "mkdir")
MOST_POINTS = 2000
"""Of one system call; a script that writes more often never survives."""
OLD_CHATS = 30
MEMORY = Path("/dev/shm")
"""Nothing here needs a real disk: what a process wrote outlives it anywhere."""


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


def endure(
    server: ScriptServer,
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
        while _try(server, Point(script, fault, call, number), tally):
            number += 1 if stride == 1 else dice.randint(1, 2 * stride - 1)
            if number > MOST_POINTS:
                tally.failures.append(f"{script}, {fault}: there is no end to {call}")
                break


def _try(server: ScriptServer, point: Point, tally: Tally) -> bool:
    """Try one point; False where the script ended before it came to it."""
    memory = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kill-points-", dir=memory) as place:
        folder = Path(place) / "archive"
        before = prepare(folder, point.script)
        promises, struck = _run(server, point, folder)
        try:
            # Of an old archive, the questions have no answers.
            seconds = archive_checks.check(
                folder, before + promises, pairs=point.script != "migrate"
            )
        except (AssertionError, ArchiveError, apsw.Error) as error:
            tally.failures.append(f"{point}: {error}")
            _keep(folder, point)
        else:
            tally.openings.append(seconds)
    tally.points[point.fault] += struck
    tally.promises += sum(promise[0] != "refused" for promise in promises)
    tally.refusals += sum(promise[0] == "refused" for promise in promises)
    return struck


def prepare(folder: Path, script: str) -> list[list[Any]]:
    """Lay out what the script begins with; gives what was promised of it."""
    if script == "import":
        write_import_file(folder)
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


def _run(server: ScriptServer, point: Point, folder: Path) -> tuple[list[list[Any]], bool]:
    """Run a script up to its point; gives its promises, and whether the point was reached."""
    what, on = FAULTS[point.fault]
    inject = f"inject={point.call}:{what}:when={point.number}{on}"
    outcome = server.run(point.script, folder, ("-e", f"trace={point.call}", "-e", inject))
    promises = outcome.promises
    # The promises go through `write` as well, and a line that fails is no fault of the disk.
    if point.fault != "KILL" and point.call != "write":
        if outcome.error:
            promises.append(["crashed", outcome.error])
        elif point.fault == "GLITCH" and ["opened"] in promises and ["all"] not in promises:
            promises.append(["waits"])
    return promises, "INJECTED" in outcome.trace or outcome.killed


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
    began = time.monotonic()
    with ScriptServer() as server:
        for script in options.script or SCRIPTS:
            _endure_faults(server, script, options, tally)
    numbers = {
        "points": dict(tally.points),
        "promises": tally.promises,
        "refusals": tally.refusals,
        "opening_ms": report.summary(tally.openings),
        "seconds": round(time.monotonic() - began),
    }
    return report.finish("kill_points", options.seed, numbers, tally.failures)


def _endure_faults(
    server: ScriptServer, script: str, options: argparse.Namespace, tally: Tally
) -> None:
    calls = tuple(options.call or CALLS)
    for fault in options.fault or FAULTS:
        before = tally.points[fault]
        endure(server, script, fault, options.stride, options.seed, tally, calls)
        report.say(f"{script}, {fault}: {tally.points[fault] - before} points")


if __name__ == "__main__":
    sys.exit(main())
