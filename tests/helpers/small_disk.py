"""A real disk of a megabyte, for programs that are to meet its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from perhaps.paths import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

FILLING = """
import os
from pathlib import Path

def fill_disk(folder):
    with (Path(folder) / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass

def make_room(folder):
    os.unlink(Path(folder) / "filler")
"""
"""What a program finds as `filling`."""

_MOUNT = 'mount -t tmpfs -o size="$0" small "$1" && shift && exec "$@"'


def why_not() -> str:
    """Tell why no such disk can be had here; empty where it can."""
    if shutil.which("unshare") is None:
        return "there is no unshare"
    done = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "small", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip()


def run_on_small_disk(
    program: str, folder: Path, *arguments: str, size: str = "1m", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program whose first argument is a disk of that size; it is gone with the program."""
    disk = folder / "disk"
    disk.mkdir()
    (folder / "filling.py").write_text(FILLING)
    path = folder / "program.py"
    path.write_text(program)
    places = os.pathsep.join(map(str, (PACKAGE.parent, PACKAGE.parent.parent, folder)))
    inner = [sys.executable, str(path), str(disk), *arguments]
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", _MOUNT, size, str(disk), *inner],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": places, **environment},
        check=False,
    )
