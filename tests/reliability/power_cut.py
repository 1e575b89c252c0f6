"""Cut the power after every single write of everything a person does.

    python -m tests.reliability.power_cut                        # every call, under a minute
    python -m tests.reliability.power_cut --stride 20            # each 20th
    python -m tests.reliability.power_cut --script attach

strace writes down what each script of `archive_scripts` does to the disk. That is replayed on a
`LossyDisk` up to each call in turn; then what was never synced is lost, kept, or lost in part by
chance, down to single sectors. What is left must open within 5 s, without a salvage, be whole by
SQLite's own check, and hold all that the script had promised until that call.

Seen to fail on planted bugs: `PRAGMA synchronous = OFF` ("promised and lost: 10", "the archive had
to be salvaged"), a picture whose bytes are not synced ("the picture of message 10 is not whole").
It found that the folder of the archive, and that of the pictures, was made and its name never
synced: a cut within seconds of the first start lost everything; and that a draft came back after
it was sent.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from perhaps.errors import ArchiveError
from tests.reliability import archive_checks, report
from tests.reliability.archive_scripts import SCRIPTS
from tests.reliability.forked_scripts import OUTPUT, ScriptServer, available
from tests.reliability.kill_points import MEMORY, prepare
from tests.reliability.lossy_disk import STRACE_OPTIONS, Call, LossyDisk, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

SHARES = (0.0, 1.0, 0.5, 0.9)
"""How likely a thing that was not synced is there, one power cut each."""


@dataclass
class Tally:
    """What was seen over all power cuts."""

    cuts: Counter[str] = field(default_factory=Counter)
    promises: int = 0
    openings: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def endure(server: ScriptServer, script: str, stride: int, seed: int, tally: Tally) -> None:
    """Cut the power after the calls of one script; with a stride, after some by chance."""
    dice = random.Random(f"{seed} {script}")
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=_memory()) as place:
        folder = Path(place) / "archive"
        promises = prepare(folder, script)
        disk = LossyDisk(Path(place))
        calls = list(calls_of(server.run(script, folder, STRACE_OPTIONS).trace))
        shutil.rmtree(folder)
        first = dice.randrange(stride)
        for number, call in enumerate(calls, 1):
            if call.paths[0] == str(Path(place) / OUTPUT):
                promises += _promises_in(call)
            else:
                disk.take(call)
            if number % stride == first:
                name = f"{script}, after call {number} ({call.name})"
                _cut(disk, folder, promises, name, dice, tally)
        tally.promises += len(promises)


def _memory() -> Path | None:
    return MEMORY if MEMORY.is_dir() else None


def _promises_in(call: Call) -> list[list[Any]]:
    if call.name != "write":
        return []
    promise = json.loads(call.data)
    assert promise[0] != "refused", promise
    return [promise]


def _cut(
    disk: LossyDisk,
    folder: Path,
    promises: list[list[Any]],
    name: str,
    dice: random.Random,
    tally: Tally,
) -> None:
    for share in SHARES:
        left = folder.parent / "left"
        disk.after_cut(left, _chance(dice, share))
        tally.cuts[name.partition(",")[0]] += 1
        try:
            pairs = not name.startswith("migrate")
            seconds = archive_checks.check(left / folder.name, promises, pairs=pairs)
        except (AssertionError, ArchiveError, apsw.Error) as error:
            tally.failures.append(f"{name}, {share:.0%} kept: {error}")
            _keep(left, name)
        else:
            tally.openings.append(seconds)
        shutil.rmtree(left)


def _chance(dice: random.Random, share: float) -> Callable[[], bool]:
    return lambda: dice.random() < share


def _keep(left: Path, name: str) -> None:
    with suppress(OSError):
        target = report.KEPT / f"power-cut-{name}".replace(" ", "-")
        shutil.copytree(left, target, dirs_exist_ok=True)


def main() -> int:
    parser = report.arguments_of(__doc__, trials=0)
    parser.add_argument("--stride", type=int, default=1, help="try about each n-th call")
    parser.add_argument("--script", choices=SCRIPTS, action="append")
    options = parser.parse_args()
    if reason := available():
        report.say(reason)
        return 2
    tally = Tally()
    with ScriptServer() as server:
        for script in options.script or SCRIPTS:
            endure(server, script, options.stride, options.seed, tally)
            report.say(f"{script}: {tally.cuts[script]} power cuts")
    numbers = {
        "cuts": dict(tally.cuts),
        "promises": tally.promises,
        "opening_ms": report.summary(tally.openings),
    }
    return report.finish("power_cut", options.seed, numbers, tally.failures)


if __name__ == "__main__":
    sys.exit(main())
