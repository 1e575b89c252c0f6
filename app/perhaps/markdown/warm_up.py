"""What reading Markdown needs for the first time, done before anybody waits for it."""

from __future__ import annotations

import threading

from perhaps.markdown.formulas import readable
from perhaps.markdown.highlight import highlights
from perhaps.markdown.reader import read


def warm_up_aside() -> None:
    """Load parsers, lexers and the tables of signs in a thread of its own; takes half a second."""
    threading.Thread(target=_warm_up, name="markdown-warm-up", daemon=True).start()


def _warm_up() -> None:
    list(read("# One\n\n- **two** $x^2$\n\n| a |\n|---|\n| b |\n"))
    readable(r"\frac{\pi}{2}")
    highlights("x = 1\n", "python")
    highlights("let x = 1;\n", "javascript")
