"""A disk that keeps what was synced, and of the rest whatever chance leaves.

It is fed with the system calls of a process, as strace writes them. POSIX promises no more than
this: data of a file are there after fsync of the file, names in a folder after fsync of the folder.
What waits may be kept, lost, or torn between sectors; names come in the order of their changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Keeps = Callable[[], bool]

SECTOR = 512
STRACE_OPTIONS = (
    *("-y", "-xx", "-s", str(2**20)),
    *("-e", "trace=mkdir,openat,write,pwrite64,fdatasync,fsync,ftruncate,rename,unlink,rmdir"),
)
_CALL = re.compile(r"^(\w+)\((.*)\) += (\d+)")
_BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OPEN_FILE = re.compile(r"^\d+<(.*?)>")
_LAST_NUMBER = re.compile(r"(\d+)$")


@dataclass(frozen=True)
class Call:
    """One system call that succeeded."""

    name: str
    paths: tuple[str, ...]
    data: bytes = b""
    number: int = 0
    """The offset of a write, the new length of a file; -1 for the end of the file."""


def calls_of(trace: str) -> Iterator[Call]:
    """Read what strace wrote with `STRACE_OPTIONS`."""
    for line in trace.splitlines():
        match = _CALL.match(line)
        if match is None:
            continue
        name, arguments = match[1], match[2]
        strings = [bytes.fromhex(text.replace("\\x", "")) for text in _BYTES.findall(arguments)]
        opened = _OPEN_FILE.match(arguments)
        if name in ("write", "pwrite64") and opened:
            number = int(arguments.rsplit(" ", 1)[1]) if name == "pwrite64" else -1
            yield Call("write", (_text(opened[1]),), strings[0], number)
        elif name in ("fsync", "fdatasync") and opened:
            yield Call("sync", (_text(opened[1]),))
        elif name == "ftruncate" and opened:
            yield Call("cut", (_text(opened[1]),), number=_last_number(arguments))
        elif name == "openat" and "O_CREAT" in arguments:
            kind = "empty" if "O_TRUNC" in arguments else "create"
            yield Call(kind, (strings[0].decode(),))
        elif name in ("mkdir", "rename", "unlink", "rmdir"):
            yield Call(name, tuple(string.decode() for string in strings))


def _text(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path


def _last_number(arguments: str) -> int:
    found = _LAST_NUMBER.search(arguments)
    assert found is not None
    return int(found[1])


@dataclass(eq=False)
class _File:
    kept: bytes = b""
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes as offset and data, cuts as length and None."""
    length: int = 0

    def write(self, offset: int, data: bytes) -> None:
        offset = self.length if offset < 0 else offset
        self.waiting.append((offset, data))
        self.length = max(self.length, offset + len(data))

    def cut(self, length: int) -> None:
        self.waiting.append((length, None))
        self.length = length

    def sync(self) -> None:
        self.kept = self.after(lambda: True)
        self.waiting = []

    def after(self, keeps: Keeps) -> bytes:
        """Give what is there after a power cut."""
        data = bytearray(self.kept)
        for offset, piece in self.waiting:
            if piece is None:
                if keeps():
                    data = data[:offset].ljust(offset, b"\0")
                continue
            for begin, end in _sectors(offset, offset + len(piece)):
                if keeps():
                    data = data.ljust(end, b"\0")
                    data[begin:end] = piece[begin - offset : end - offset]
        return bytes(data)


def _sectors(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a range where sectors end."""
    while begin < end:
        following = min(end, (begin // SECTOR + 1) * SECTOR)
        yield begin, following
        begin = following


@dataclass(eq=False)
class _Folder:
    names: dict[str, _File | _Folder] = field(default_factory=dict)
    kept: dict[str, _File | _Folder] = field(default_factory=dict)
    waiting: list[dict[str, _File | _Folder | None]] = field(default_factory=list)
    """Changes of names, None for those that go."""

    def change(self, **names: _File | _Folder | None) -> None:
        self.waiting.append(names)
        _apply(self.names, names)

    def sync(self) -> None:
        self.kept = dict(self.names)
        self.waiting = []

    def after(self, keeps: Keeps) -> dict[str, _File | _Folder]:
        """Give the names that are there after a power cut."""
        names = dict(self.kept)
        for change in self.waiting:
            if not keeps():
                break
            _apply(names, change)
        return names


def _apply(names: dict[str, _File | _Folder], change: dict[str, _File | _Folder | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


class LossyDisk:
    """Everything below one folder, which itself is on the disk."""

    def __init__(self, root: Path) -> None:
        """Begin with what is there, all of it synced."""
        self._root = root
        self._top = _read(root)

    def take(self, call: Call) -> None:
        """Do what a process did; calls elsewhere are ignored."""
        if call.name == "sync" and call.paths[0] == str(self._root):
            self._top.sync()
            return
        if not all(self._is_inside(path) for path in call.paths):
            return
        folder, name = self._place(call.paths[0])
        match call.name:
            case "mkdir":
                folder.change(**{name: _Folder()})
            case "create" | "empty":
                self._open(folder, name, empty=call.name == "empty")
            case "write":
                self._file(call).write(call.number, call.data)
            case "cut":
                self._file(call).cut(call.number)
            case "sync":
                folder.names[name].sync()
            case "rename":
                node = folder.names[name]
                target = self._place(call.paths[1])[1]
                folder.change(**{name: None, target: node})
            case "unlink" | "rmdir":
                folder.change(**{name: None})

    def after_cut(self, target: Path, keeps: Keeps) -> None:
        """Write down what is there after a power cut, as chance will have it."""
        _write(self._top, target, keeps)

    def _open(self, folder: _Folder, name: str, *, empty: bool) -> None:
        node = folder.names.get(name)
        if node is None:
            folder.change(**{name: _File()})
        elif empty and isinstance(node, _File):
            node.cut(0)

    def _file(self, call: Call) -> _File:
        folder, name = self._place(call.paths[0])
        node = folder.names[name]
        assert isinstance(node, _File)
        return node

    def _is_inside(self, path: str) -> bool:
        return path.startswith(f"{self._root}/")

    def _place(self, path: str) -> tuple[_Folder, str]:
        *folders, name = path.removeprefix(f"{self._root}/").split("/")
        place = self._top
        for each in folders:
            node = place.names[each]
            assert isinstance(node, _Folder)
            place = node
        return place, name


def _read(folder: Path) -> _Folder:
    found = _Folder()
    for path in folder.iterdir():
        if path.is_dir():
            found.names[path.name] = _read(path)
        elif path.is_file():
            data = path.read_bytes()
            found.names[path.name] = _File(data, length=len(data))
    found.sync()
    return found


def _write(folder: _Folder, target: Path, keeps: Keeps) -> None:
    target.mkdir()
    for name, node in folder.after(keeps).items():
        if isinstance(node, _Folder):
            _write(node, target / name, keeps)
        else:
            (target / name).write_bytes(node.after(keeps))
