"""`perhaps`: the window, or a command that works without one."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> None:
    """Open the window (with the pictures named, if any) or run a command."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if _opens_window(arguments):
        # Qt takes half a second to import, and no command needs it.
        from perhaps.application import open_window

        sys.exit(open_window(arguments))
    from perhaps.cli import app

    app()


def _opens_window(arguments: list[str]) -> bool:
    """Tell pictures, as a file manager passes them, from commands and options."""
    from perhaps.cli import COMMANDS

    return not any(a.startswith("-") or a in COMMANDS for a in arguments[:1])


if __name__ == "__main__":
    main()
