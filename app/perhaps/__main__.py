"""`perhaps`: the window, or a command that works without one."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path


def main() -> None:
    """Open the window (with the pictures named, if any) or run a command."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if not arguments or _names_file(arguments[0]):
        sys.exit(_open_window(arguments))
    from perhaps.cli import app

    app()


def _names_file(argument: str) -> bool:
    """Tell a picture, as a file manager passes it, from a command or an option."""
    return not argument.startswith("-") and (Path(argument).exists() or "." in argument)


def _open_window(pictures: list[str]) -> int:
    if not _has_screen():
        return _refuse("There is no screen for the window; `perhaps ask` works without one.")
    try:
        # Qt takes half a second to import, and no command needs it.
        from perhaps.application import open_window
    except ImportError as error:
        return _refuse(f"The window cannot open ({error}); run packaging/start.py to repair it.")
    return open_window(pictures)


def _has_screen() -> bool:
    """Ask before Qt does, which would abort."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(map(os.environ.get, screens))


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    main()
