"""`python -m tests.benchmarks.formatting`: the longest stall that hostile answers can cause.

Each text is read, written into a document, laid out, painted, and laid out again for another
width, in the steps in which the window does it. The bar is 100 ms for every step.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSettings
from PySide6.QtGui import QAbstractTextDocumentLayout, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication

from perhaps.markdown.reading import Reading
from perhaps.paths import resources_path
from perhaps.state.settings import Settings
from perhaps.views.formatted.writer import Writer
from perhaps.views.theme import Theme
from tests.helpers.hostile_markdown import CODE, LARGE
from tests.views.formatted.builders import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

BAR = 100.0
"""Milliseconds."""


@dataclass
class Stalls:
    """The longest time of each kind of step, in milliseconds of computing."""

    segment: float = 0.0
    paint: float = 0.0
    width: float = 0.0

    @property
    def longest(self) -> float:
        """Of all steps."""
        return max(self.segment, self.paint, self.width)


def computing_ms(call: Callable[[], object]) -> float:
    """Time a call, other load on the machine left out."""
    begun = time.thread_time()
    call()
    return (time.thread_time() - begun) * 1000


def stalls(text: str, theme: Theme) -> Stalls:
    """Format one text as the window does."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setTextWidth(700)
    writer, reading, found = Writer(document, theme, None), Reading(text), Stalls()
    number, blocks = 0, True
    while blocks and not writer.full:

        def step(number: int = number) -> None:
            nonlocal blocks
            segment = reading.segment(number)
            blocks = segment is not None
            writer.write(segment or [])
            document.size()

        found.segment = max(found.segment, computing_ms(step))
        number += 1
    found.paint = computing_ms(lambda: _paint(document))
    found.width = computing_ms(lambda: (document.setTextWidth(640), document.size()))
    return found


def _paint(document: QTextDocument) -> None:
    image = QImage(700, 900, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, 0, 700, 900)  # type: ignore[misc]
    document.documentLayout().draw(painter, context)
    painter.end()


def main() -> None:
    """Measure every text and print the slowest ones."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "a.ini"), QSettings.Format.IniFormat)
        theme = Theme(app, Settings(store), resources_path() / "themes")
        stalls(PAGE, theme)
        found = {name: stalls(text, theme) for name, text in {**LARGE, **CODE}.items()}
    slowest = sorted(found, key=lambda name: -found[name].longest)
    for name in slowest[:12]:
        each = found[name]
        print(
            f"{name}: segment {each.segment:.0f} ms, painting {each.paint:.0f} ms, "
            f"another width {each.width:.0f} ms"
        )
    over = sum(each.longest > BAR for each in found.values())
    print(f"{over} of {len(found)} texts over {BAR:.0f} ms")


if __name__ == "__main__":
    main()
