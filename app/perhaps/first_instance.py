"""One window for one person: a second start hands its pictures to the first and ends."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WAIT_MS = 2000
"""For the first window to answer; it does so within milliseconds unless it hangs."""
LONGEST_MESSAGE = 2**20


class FirstInstance(QObject):
    """Holds the lock of a folder, and listens to later starts."""

    called = Signal(object)
    """`(list[str])`: the program was started again, with these picture paths."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _socket_name(folder)
        self._lock = QLockFile(str(folder / "window.lock"))
        # A lock is stale only when its process is gone, however old it is.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self) -> bool:
        """Become the first, or tell that there is one; a folder that takes no lock has none."""
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        # Left behind by a program that was killed.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def call(self, pictures: Sequence[str]) -> bool:
        """Hand picture paths to the first window; False where it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(json.dumps(list(pictures)).encode() + b"\n")
        answered = socket.waitForReadyRead(WAIT_MS)
        socket.disconnectFromServer()
        return bool(answered)

    def release(self) -> None:
        """Let another start be the first."""
        self._server.close()
        self._lock.unlock()

    def _on_connection(self) -> None:
        while socket := self._server.nextPendingConnection():
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > LONGEST_MESSAGE:
                socket.abort()
            return
        pictures = _picture_paths(bytes(socket.readLine(LONGEST_MESSAGE).data()))
        socket.write(b"ok\n")
        socket.flush()
        self.called.emit(pictures)


def _picture_paths(line: bytes) -> list[str]:
    try:
        paths = json.loads(line)
    except ValueError:
        return []
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def _socket_name(folder: Path) -> str:
    """Give each data folder its own socket; the name must be short."""
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()
    return f"perhaps-{digest[:16]}"
