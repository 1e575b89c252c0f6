"""What Linux tells of processes: state, memory, threads, open files."""

from __future__ import annotations

import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def state_of(pid: int) -> str:
    """One letter such as R, S, T or Z; nothing where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    return state_of(pid) not in ("", "Z")


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def thread_count(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def engine_hosts() -> set[int]:
    """The children of this process that were spawned to serve, whoever remembers them."""
    return {
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _is_host(folder)
    }


def _is_host(folder: Path) -> bool:
    try:
        parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == os.getpid() and b"spawn_main" in (folder / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
