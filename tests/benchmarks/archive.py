"""A hundred thousand messages: searching, listing, opening a chat, and starting the window.

    python -m tests.benchmarks.archive --messages 100000

Bars: search 50 ms at the 95th percentile, from the start to a usable window 1.5 s.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perhaps.archive.opening import OPEN_MARK
from perhaps.archive.records import Chat, Message, new_id
from perhaps.archive.store import Archive
from perhaps.paths import PACKAGE
from tests.reliability.report import load_note, summary

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGES_OF_CHAT = 20
WORDS_OF_MESSAGE = 60
VOCABULARY = 20_000
MINUTE_MS = 60_000
SEARCHES = 300
STARTS = 5

STARTER = """
import sys, time
began = float(sys.argv[1])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from perhaps.application import _application, open_window

def window():
    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")

def look(first):
    if first and not window().isVisible():
        QTimer.singleShot(1, lambda: look(True))
        return
    if first:
        print("usable", time.time() - began, flush=True)
    if not window()._session.conversations:
        QTimer.singleShot(1, lambda: look(False))
        return
    print("listed", time.time() - began, flush=True)
    window().close()

app = _application()
QTimer.singleShot(0, lambda: look(True))
sys.exit(open_window())
"""


def fill(folder: Path, count: int, seed: int) -> None:
    """Write chats with words as frequent as those of a language are (Zipf)."""
    dice = random.Random(seed)
    words = [
        f"{''.join(dice.choices('abcdefghijklmnopqrstuvwxyz', k=dice.randint(2, 9)))}"
        for _ in range(VOCABULARY)
    ]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    archive = Archive(folder)
    now = time.time_ns() // 10**6
    for first in range(0, count, 50 * MESSAGES_OF_CHAT):
        with archive.batch() as batch:
            for number in range(first, min(count, first + 50 * MESSAGES_OF_CHAT), MESSAGES_OF_CHAT):
                when = now - (count - number) * MINUTE_MS
                title = " ".join(dice.choices(words, weights, k=6))
                chat = Chat(new_id(), title, when, when)
                batch.put_chat(chat)
                parent = None
                for index in range(MESSAGES_OF_CHAT):
                    text = " ".join(dice.choices(words, weights, k=WORDS_OF_MESSAGE))
                    role = "assistant" if index % 2 else "user"
                    message = Message(new_id(), chat.id, parent, role, text, when, when)
                    batch.put_message(message)
                    parent = message.id
    archive.close()


def queries(archive: Archive, seed: int) -> list[str]:
    """Words of all frequencies, their beginnings as they are typed, and pairs of them."""
    dice = random.Random(seed)
    chats = archive.chats()
    found = []
    for _ in range(SEARCHES):
        words = " ".join(m.text for m in archive.messages(dice.choice(chats).id)).split()
        word = dice.choice(words)
        found.append(dice.choice([word, word[:1], word[:3], f"{word} {dice.choice(words)[:2]}"]))
    return found


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def start_window(home: Path) -> dict[str, float]:
    """Start the program; gives seconds until its window is usable, and until it lists the chats."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONPATH": str(PACKAGE.parent),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    script = home / "start.py"
    script.write_text(STARTER)
    done = subprocess.run(
        [sys.executable, str(script), str(time.time())],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: float(line[1]) for line in lines if line[0] in ("usable", "listed")}


def measure(home: Path, count: int, seed: int, *, window: bool) -> dict[str, Any]:
    folder = home / "data" / "perhaps" / "archive"
    writing = 0.0 if folder.exists() else timed(lambda: fill(folder, count, seed))
    opening = []
    for _ in range(STARTS):
        began = time.perf_counter()
        archive = Archive(folder)
        opening.append(time.perf_counter() - began)
        archive.close()
    archive = Archive(folder)
    listing = [timed(archive.chats) for _ in range(STARTS)]
    searching = [
        timed(lambda query=query: archive.search(query)) for query in queries(archive, seed)
    ]
    chats = archive.chats()
    reading = [timed(lambda chat=chat: archive.messages(chat.id)) for chat in chats[:200]]
    archive.close()
    result = {
        "messages": count,
        "chats": len(chats),
        "megabytes": round((folder / "perhaps.sqlite").stat().st_size / 2**20, 1),
        "written_s": round(writing, 1),
        "open_ms": summary(opening),
        "list_ms": summary(listing),
        "search_ms": summary(searching),
        "open_chat_ms": summary(reading),
    }
    if window:
        result |= starts("window", home, lambda: None)
        # As a kill leaves it: the whole archive is checked.
        result |= starts("window_after_kill", home, (folder / OPEN_MARK).touch)
    return result


def starts(name: str, home: Path, before_each: Callable[[], object]) -> dict[str, Any]:
    found = []
    for _ in range(STARTS):
        before_each()
        found.append(start_window(home))
    return {
        f"{name}_usable_ms": summary([each["usable"] for each in found]),
        f"{name}_lists_chats_ms": summary([each["listed"] for each in found]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-window", action="store_true")
    parser.add_argument("--home", type=Path, help="where an archive is made once and kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="archive-bench-") as temporary:
        home = options.home or Path(temporary)
        result = measure(home, options.messages, options.seed, window=not options.no_window)
    print(json.dumps({**result, "noise": load_note()}, indent=1))


if __name__ == "__main__":
    main()
